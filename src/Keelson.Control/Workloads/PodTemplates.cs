using System.Text;
using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Names;

namespace Keelson.Control.Workloads;

/// <summary>Pods from templates, and what a template's version is called.</summary>
internal static class PodTemplates
{
    public const string HashLabel = "pod-template-hash";

    /// <summary>A pod as the template says, owned by a controller.</summary>
    public static Pod ToPod(PodTemplateSpec template, ObjectMeta owner, OwnerReference reference) => new()
    {
        Metadata = new ObjectMeta
        {
            GenerateName = owner.Name + "-",
            Namespace = owner.Namespace,
            Labels = template.Metadata.Labels,
            Annotations = template.Metadata.Annotations,
            Finalizers = template.Metadata.Finalizers,
            OwnerReferences = [reference],
        },
        Spec = template.Spec,
    };

    /// <summary>A short name for what the template holds. The count sets templates apart whose names would be the same.</summary>
    public static string Hash(PodTemplateSpec template, int? collisionCount)
    {
        // FNV-1a: it has to be the same in every process and for as long as the object lives.
        var hash = 2166136261u;
        foreach (var part in ApiJson.Encode(new PodTemplate { Template = template })) hash = (hash ^ part) * 16777619u;
        if (collisionCount is { } count)
        {
            foreach (var part in Encoding.ASCII.GetBytes(count.ToString(System.Globalization.CultureInfo.InvariantCulture))) hash = (hash ^ part) * 16777619u;
        }

        return NameGenerator.EncodeHash(hash);
    }

    /// <summary>Whether two templates are the same but for the label with their hash.</summary>
    public static bool AreSame(PodTemplateSpec left, PodTemplateSpec right) => WithoutHash(left) == WithoutHash(right);

    public static PodTemplateSpec WithLabel(PodTemplateSpec template, string label, string value) =>
        template with { Metadata = template.Metadata with { Labels = template.Metadata.Labels.With(label, value) } };

    private static PodTemplateSpec WithoutHash(PodTemplateSpec template) =>
        template with { Metadata = template.Metadata with { Labels = template.Metadata.Labels.Without(HashLabel) } };
}
