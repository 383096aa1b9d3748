using System.Text;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Server.Cache;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Verbs;
using Keelson.Storage;

namespace Keelson.Server.Admission.Policies;

/// <summary>Tells in the status of each validating policy what its expressions have wrong, once for each version of its spec.</summary>
/// <remarks>Upstream does so beside its controllers; here it is the server's, since only it knows the schemas. It sleeps on the policies' event log.</remarks>
internal sealed class PolicyStatusLoop(ServerContext server) : IAsyncDisposable
{
    /// <summary>How long it waits when the store does not answer; default a second.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly RegisteredResource _policies =
        server.Registry.Find("admissionregistration.k8s.io", "v1", "validatingadmissionpolicies") ?? throw new InvalidOperationException("policies are not registered");

    private readonly TypeChecker _checker = new(server.Registry);
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    private ResourceCache Cache => server.Feed.CacheOf(_policies);

    /// <summary>Follows the policies until the loop is disposed.</summary>
    public void Start() => _running = FollowAsync(_stopping.Token);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            long? sequence = null;
            while (true)
            {
                try
                {
                    sequence = sequence is { } known ? await ReadChangesAsync(known, cancel).ConfigureAwait(false) : await ReadAllAsync(cancel).ConfigureAwait(false);
                    await Cache.Log.WaitAsync(sequence.Value).WaitAsync(cancel).ConfigureAwait(false);
                }
                catch (StoreException)
                {
                    // What was not done is found by reading everything again.
                    sequence = null;
                    await Task.Delay(RetryAfter, server.Time, cancel).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    /// <returns>From where on the log has not been read.</returns>
    private async ValueTask<long> ReadAllAsync(CancellationToken cancel)
    {
        var next = Cache.Log.Next;
        foreach (var item in Cache.State.Index.All.ToList()) await CheckAsync(item, cancel).ConfigureAwait(false);
        return next;
    }

    private async ValueTask<long> ReadChangesAsync(long sequence, CancellationToken cancel)
    {
        var log = Cache.Log;
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (; sequence < log.Next; sequence++)
        {
            if (log.Read(sequence) is not { } change) return await ReadAllAsync(cancel).ConfigureAwait(false);
            names.Add(change.Object.Name.Name);
        }

        foreach (var name in names)
        {
            if (Cache.State.Index.Find(Encoding.UTF8.GetBytes(name)) is { } item) await CheckAsync(item, cancel).ConfigureAwait(false);
        }

        return sequence;
    }

    // Who was faster with another change has made one that is looked at next.
    private async ValueTask CheckAsync(CachedObject item, CancellationToken cancel)
    {
        ValidatingAdmissionPolicy policy;
        try
        {
            policy = (ValidatingAdmissionPolicy)item.Object.Typed!;
        }
        catch (DamagedObjectException)
        {
            return;
        }

        if (policy.Metadata.Generation <= policy.Status.ObservedGeneration) return;
        var status = policy.Status with { ObservedGeneration = policy.Metadata.Generation, TypeChecking = new TypeChecking { ExpressionWarnings = _checker.Check(policy) } };
        await server.Objects.ReplaceAsync(_policies, item, new TypedObject(policy with { Status = status }), cancel).ConfigureAwait(false);
    }
}
