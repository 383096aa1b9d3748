using Keelson.Api.Core.V1;
using Keelson.Node.Kubelet.Pods;
using Keelson.Node.Kubelet.Variables;
using Keelson.Node.Runtime;
using Keelson.Node.Runtime.Images;

namespace Keelson.Node.Kubelet.Images;

/// <summary>Sees that a container's image is on the node, as its pull policy says.</summary>
internal sealed class ImageKeeper(ObjectSource objects, int parallelPulls) : IDisposable
{
    private readonly SemaphoreSlim _pulls = new(parallelPulls);

    public async Task<PulledImage> EnsureAsync(PodWork work, Pod pod, ApiContainer container, SandboxConfig sandbox, StartFailure? before, CancellationToken cancel)
    {
        if (ImageName.TryParse(container.Image) is null)
        {
            var message = $"Failed to apply default image tag \"{container.Image}\": couldn't parse image name \"{container.Image}\": invalid reference format";
            work.Warn(pod, container.Name, "InspectFailed", message);
            work.Warn(pod, container.Name, "Failed", "Error: InvalidImageName");
            throw new StartException("InvalidImageName", message);
        }

        var present = await work.Runtime.GetImageAsync(container.Image, cancel).ConfigureAwait(false);
        if (present is null && container.ImagePullPolicy == "Never")
        {
            var message = $"Container image \"{container.Image}\" is not present with pull policy of Never";
            work.Warn(pod, container.Name, "ErrImageNeverPull", message);
            work.Warn(pod, container.Name, "Failed", "Error: ErrImageNeverPull");
            throw new StartException("ErrImageNeverPull", message);
        }

        if (present is not null && container.ImagePullPolicy != "Always")
        {
            work.Record(pod, container.Name, "Pulled", $"Container image \"{container.Image}\" already present on machine and can be accessed by the pod");
            return new PulledImage(present.Id, present);
        }

        return await PullAsync(work, pod, container, sandbox, before, cancel).ConfigureAwait(false);
    }

    public void Dispose() => _pulls.Dispose();

    private async Task<PulledImage> PullAsync(PodWork work, Pod pod, ApiContainer container, SandboxConfig sandbox, StartFailure? before, CancellationToken cancel)
    {
        var time = work.Options.Time;
        var asked = time.GetTimestamp();
        await _pulls.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            work.Record(pod, container.Name, "Pulling", $"Pulling image \"{container.Image}\"");
            var begun = time.GetTimestamp();
            var reference = await PullWithCredentialsAsync(work, pod, container, sandbox, cancel).ConfigureAwait(false);
            var image = await work.Runtime.GetImageAsync(reference, cancel).ConfigureAwait(false);
            var (took, tookWithWaiting) = (GoDuration.Format(time.GetElapsedTime(begun)), GoDuration.Format(time.GetElapsedTime(asked)));
            work.Record(pod, container.Name, "Pulled",
                $"Successfully pulled image \"{container.Image}\" in {took} ({tookWithWaiting} including waiting). Image size: {image?.SizeBytes ?? 0} bytes.");
            return new PulledImage(reference, image);
        }
        catch (RuntimeException failure)
        {
            work.Warn(pod, container.Name, "Failed", $"Failed to pull image \"{container.Image}\": {failure.Message}");
            work.Warn(pod, container.Name, "Failed", "Error: ErrImagePull");
            // The first failure is shown as it is, later ones as the waiting that they are.
            if (before is null) throw new StartException("ErrImagePull", failure.Message, failure);
            work.Record(pod, container.Name, "BackOff", $"Back-off pulling image \"{container.Image}\"");
            throw new StartException("ImagePullBackOff", $"Back-off pulling image \"{container.Image}\": ErrImagePull: {failure.Message}", failure);
        }
        finally
        {
            _pulls.Release();
        }
    }

    private async Task<string> PullWithCredentialsAsync(PodWork work, Pod pod, ApiContainer container, SandboxConfig sandbox, CancellationToken cancel)
    {
        var credentials = new List<RegistryCredential>();
        foreach (var reference in pod.Spec.ImagePullSecrets)
        {
            if (await objects.SecretAsync(pod.Metadata.Namespace, reference.Name, cancel).ConfigureAwait(false) is not { } secret)
            {
                work.Warn(pod, "FailedToRetrieveImagePullSecret", $"Unable to retrieve some image pull secrets ({reference.Name}); attempting to pull the image may not succeed.");
                continue;
            }

            credentials.AddRange(PullSecrets.Read(secret, container.Image));
        }

        if (credentials.Count == 0) return await work.Runtime.PullImageAsync(container.Image, null, sandbox, cancel).ConfigureAwait(false);
        RuntimeException? last = null;
        foreach (var credential in credentials)
        {
            try
            {
                return await work.Runtime.PullImageAsync(container.Image, credential, sandbox, cancel).ConfigureAwait(false);
            }
            catch (RuntimeException failure)
            {
                last = failure;
            }
        }

        throw last!;
    }
}
