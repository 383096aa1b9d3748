using Keelson.Api.Core.V1;

namespace Keelson.Node.Kubelet.Volumes;

/// <summary>Whom the files of a pod's volumes are for.</summary>
/// <param name="Group">The group of the pod's volumes, where it asks for one.</param>
/// <param name="User">The user of all its containers, where they have the same.</param>
internal readonly record struct VolumeOwner(long? Group, long? User)
{
    private const int GroupRead = 0x120;
    private const int GroupFolder = 0x400 | 0x168;
    private const int OnlyOwner = 0x180;

    public static VolumeOwner Of(Pod pod)
    {
        var common = pod.Spec.SecurityContext;
        var users = pod.Spec.Containers.Concat(pod.Spec.InitContainers).Select(container => container.SecurityContext?.RunAsUser ?? common?.RunAsUser).Distinct().ToList();
        return new(common?.FsGroup, users.Count == 1 ? users[0] : null);
    }

    /// <summary>The mode of a file that the group has to be able to read.</summary>
    public int FileMode(int mode) => Group is null ? mode : mode | GroupRead;

    /// <summary>The mode of a folder in which new files get the group, too.</summary>
    public int FolderMode(int mode) => Group is null ? mode : mode | GroupFolder;

    /// <summary>A token is for whom it was made for, where that is known.</summary>
    public int TokenMode(int mode) => Group is null && User is null ? mode : OnlyOwner;
}
