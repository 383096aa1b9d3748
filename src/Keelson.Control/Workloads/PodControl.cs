using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client;
using Keelson.Client.Reconciling;
using Keelson.Client.Recording;

namespace Keelson.Control.Workloads;

/// <summary>Creates and deletes pods for their owners, reports it, and keeps count of what the cache does not show yet.</summary>
internal sealed class PodControl(ApiClient client, EventRecorder recorder, Expectations expectations)
{
    /// <summary>The most pods that are created or deleted in one go, as upstream; the rest follows.</summary>
    public const int Burst = 500;

    /// <summary>Whether the cache shows everything that was done for the owner.</summary>
    public bool IsSettled(ObjectKey owner) => expectations.IsSatisfied(owner);

    public void Forget(ObjectKey owner) => expectations.Forget(owner);

    /// <summary>What an informer of pods has to tell of new and vanished pods.</summary>
    public Client.Informers.InformerHandler<Pod> Watcher<TOwner>()
        where TOwner : class, IResource<TOwner> => new()
        {
            Added = pod =>
            {
                foreach (var owner in Owners.ControllerKeys<TOwner>(pod.Metadata)) expectations.CreationObserved(owner);
            },
            Updated = (_, pod) =>
            {
                if (PodFacts.IsTerminating(pod)) Observe<TOwner>(pod);
            },
            Deleted = Observe<TOwner>,
        };

    /// <summary>Creates pods, slowly at first, and says what failed.</summary>
    public async Task<Exception?> CreateAsync<TOwner>(TOwner owner, int count, Func<int, Pod> make, CancellationToken cancel)
        where TOwner : class, IResource<TOwner>
    {
        var key = Key(owner);
        expectations.Expect(key, count);
        var (succeeded, failure) = await SlowStart.RunAsync(count, index => CreateAsync(owner, make(index), cancel)).ConfigureAwait(false);
        if (succeeded < count) expectations.CreationObserved(key, count - succeeded);
        return failure;
    }

    /// <summary>Deletes pods and says what failed.</summary>
    public async Task<Exception?> DeleteAsync<TOwner>(TOwner owner, IReadOnlyList<Pod> pods, CancellationToken cancel)
        where TOwner : class, IResource<TOwner>
    {
        var key = Key(owner);
        expectations.Expect(key, 0, pods.Select(Key));
        var failures = await Task.WhenAll(pods.Select(pod => DeleteAsync(owner, pod, cancel))).ConfigureAwait(false);
        return Array.Find(failures, failure => failure is not null);
    }

    private async Task CreateAsync<TOwner>(TOwner owner, Pod pod, CancellationToken cancel)
        where TOwner : class, IResource<TOwner>
    {
        try
        {
            var created = await client.Resource<Pod>().CreateAsync(pod, cancel: cancel).ConfigureAwait(false);
            recorder.Record(owner, "SuccessfulCreate", $"Created pod: {created.Metadata.Name}");
        }
        catch (ApiException failure) when (!failure.IsNamespaceTerminating)
        {
            recorder.Warn(owner, "FailedCreate", $"Error creating: {failure.Message}");
            throw;
        }
    }

    private async Task<Exception?> DeleteAsync<TOwner>(TOwner owner, Pod pod, CancellationToken cancel)
        where TOwner : class, IResource<TOwner>
    {
        try
        {
            var options = new DeleteOptions { Preconditions = new Api.Meta.V1.Preconditions { Uid = pod.Metadata.Uid } };
            await client.Resource<Pod>().DeleteAsync(Key(pod), options, cancel).ConfigureAwait(false);
            recorder.Record(owner, "SuccessfulDelete", $"Deleted pod: {pod.Metadata.Name}");
            return null;
        }
        catch (Exception failure) when (failure is ApiException or HttpRequestException or TimeoutException)
        {
            expectations.DeletionObserved(Key(owner), Key(pod));
            if (failure is ApiException { IsNotFound: true } or ApiException { IsConflict: true }) return null;
            recorder.Warn(owner, "FailedDelete", $"Error deleting: {failure.Message}");
            return failure;
        }
    }

    private void Observe<TOwner>(Pod pod)
        where TOwner : class, IResource<TOwner>
    {
        foreach (var owner in Owners.ControllerKeys<TOwner>(pod.Metadata)) expectations.DeletionObserved(owner, Key(pod));
    }

    private static ObjectKey Key<T>(T value)
        where T : class, IResource<T> => new(value.Metadata.Namespace, value.Metadata.Name);
}
