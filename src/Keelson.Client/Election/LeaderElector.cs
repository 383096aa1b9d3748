using Keelson.Api;
using Keelson.Api.Coordination.V1;
using Keelson.Api.Meta.V1;
using Keelson.Client.Resources;

namespace Keelson.Client.Election;

/// <summary>Lets one of several candidates lead, by a Lease that it holds and keeps renewing.</summary>
/// <remarks>
/// Clocks need not agree: what counts is how long a candidate itself has seen no change. Two can lead at once only if one
/// runs on for longer than the lease after its last renewal, which the renew deadline rules out while its clock runs.
/// </remarks>
public sealed class LeaderElector
{
    internal const double JitterFactor = 1.2;

    private readonly ResourceClient<Lease> _leases;
    private readonly LeaderElectionOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private Lease? _observed;
    private DateTimeOffset _observedAt;
    private string _reported = "";

    public LeaderElector(ApiClient client, LeaderElectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _leases = client.Resource<Lease>().In(options.Lease.Namespace);
        _options = options;
        _time = client.Options.Time;
        _random = new Random(options.Seed);
    }

    /// <summary>Who leads as far as this candidate has seen; empty when nobody.</summary>
    public string Leader => _observed?.Spec.HolderIdentity ?? "";

    public bool IsLeader => Leader == _options.Identity;

    /// <summary>Waits to become leader and leads once. Returns when the work has ended or it was cancelled.</summary>
    /// <param name="lead">The work. Its token is cancelled when the leadership is lost; RunAsync returns only after it has ended.</param>
    /// <exception cref="LeadershipLostException">The lease could not be renewed in time.</exception>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(lead);
        if (!await AcquireAsync(cancel).ConfigureAwait(false)) return;
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var work = LeadAsync();
        var renewing = RenewAsync(leading.Token);
        var first = await Task.WhenAny(work, renewing).ConfigureAwait(false);
        var isLost = first == renewing && !cancel.IsCancellationRequested;
        await leading.CancelAsync().ConfigureAwait(false);
        try
        {
            await renewing.ConfigureAwait(false);
            await work.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (leading.IsCancellationRequested)
        {
            // Both were told to end.
        }
        finally
        {
            if (!isLost && _options.ReleaseOnCancel) await ReleaseAsync().ConfigureAwait(false);
        }

        if (isLost) throw new LeadershipLostException($"{_options.Identity} lost the lease {_options.Lease}");

        // Work that fails before it first waits must not take the renewing and the release with it.
        async Task LeadAsync() => await lead(leading.Token).ConfigureAwait(false);
    }

    // False when it was cancelled.
    private async Task<bool> AcquireAsync(CancellationToken cancel)
    {
        try
        {
            while (!await TryAcquireOrRenewAsync(cancel).ConfigureAwait(false))
            {
                await Task.Delay(_options.RetryPeriod * (1 + (JitterFactor * _random.NextDouble())), _time, cancel).ConfigureAwait(false);
            }

            return true;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    // Returns when the lease could not be renewed for too long, or by cancellation.
    private async Task RenewAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_options.RetryPeriod, _time, cancel).ConfigureAwait(false);
                using var deadline = new CancellationTokenSource(_options.RenewDeadline, _time);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
                while (!await TryAcquireOrRenewAsync(both.Token).ConfigureAwait(false))
                {
                    await Task.Delay(_options.RetryPeriod, _time, both.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The deadline or the caller: who asks knows which.
        }
    }

    private async Task<bool> TryAcquireOrRenewAsync(CancellationToken cancel)
    {
        try
        {
            // The leader knows what stands there; only if that is wrong does it need to look.
            if (IsLeader && IsValid() && await TryWriteAsync(Renewed(_observed!), cancel).ConfigureAwait(false)) return true;
            if (await _leases.FindAsync(_options.Lease.Name, cancel).ConfigureAwait(false) is not { } found)
            {
                Observe(await _leases.CreateAsync(First(), cancel: cancel).ConfigureAwait(false));
                return true;
            }

            if (_observed is null || found.Spec != _observed.Spec) Observe(found);
            else _observed = found;
            if (!IsLeader && Leader.Length > 0 && IsValid()) return false;
            return await TryWriteAsync(IsLeader ? Renewed(found) : Taken(found), cancel).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is ApiException or HttpRequestException or IOException or TimeoutException or ApiFormatException)
        {
            _options.OnError?.Invoke(failure);
            return false;
        }
    }

    private async Task<bool> TryWriteAsync(Lease lease, CancellationToken cancel)
    {
        try
        {
            Observe(await _leases.UpdateAsync(lease, cancel: cancel).ConfigureAwait(false));
            return true;
        }
        catch (ApiException another) when (another.IsConflict || another.IsNotFound)
        {
            return false;
        }
    }

    private async Task ReleaseAsync()
    {
        if (!IsLeader) return;
        var now = MicroTime.FromDateTimeOffset(_time.GetUtcNow());
        using var limit = new CancellationTokenSource(_options.RenewDeadline, _time);
        try
        {
            // A second is the shortest duration that a lease can have.
            var spec = _observed!.Spec with { HolderIdentity = "", LeaseDurationSeconds = 1, RenewTime = now, AcquireTime = now };
            Observe(await _leases.UpdateAsync(_observed with { Spec = spec }, cancel: limit.Token).ConfigureAwait(false));
        }
        catch (Exception failure) when (failure is ApiException or HttpRequestException or IOException or TimeoutException or OperationCanceledException)
        {
            _options.OnError?.Invoke(failure);
        }
    }

    private bool IsValid() => _time.GetUtcNow() < _observedAt + TimeSpan.FromSeconds(_observed?.Spec.LeaseDurationSeconds ?? 0);

    private void Observe(Lease lease)
    {
        _observed = lease;
        _observedAt = _time.GetUtcNow();
        if (Leader == _reported) return;
        _reported = Leader;
        _options.OnNewLeader?.Invoke(Leader);
    }

    private Lease First()
    {
        var now = MicroTime.FromDateTimeOffset(_time.GetUtcNow());
        return new Lease
        {
            Metadata = new ObjectMeta { Name = _options.Lease.Name, Namespace = _options.Lease.Namespace },
            Spec = new LeaseSpec { HolderIdentity = _options.Identity, LeaseDurationSeconds = Seconds, AcquireTime = now, RenewTime = now, LeaseTransitions = 0 },
        };
    }

    private Lease Renewed(Lease lease) => lease with
    {
        Spec = lease.Spec with { LeaseDurationSeconds = Seconds, RenewTime = MicroTime.FromDateTimeOffset(_time.GetUtcNow()) },
    };

    private Lease Taken(Lease lease)
    {
        var now = MicroTime.FromDateTimeOffset(_time.GetUtcNow());
        return lease with
        {
            Spec = lease.Spec with
            {
                HolderIdentity = _options.Identity,
                LeaseDurationSeconds = Seconds,
                AcquireTime = now,
                RenewTime = now,
                LeaseTransitions = (lease.Spec.LeaseTransitions ?? 0) + 1,
            },
        };
    }

    private int Seconds => (int)_options.LeaseDuration.TotalSeconds;
}
