namespace Keelson.Client.Election;

/// <summary>What a candidate for leadership is called and how patient it is. The defaults are client-go's.</summary>
public sealed record LeaderElectionOptions
{
    /// <summary>The lease that the candidates share.</summary>
    public required ObjectKey Lease { get; init; }

    /// <summary>Who this candidate is; no two may have the same.</summary>
    public required string Identity { get; init; }

    /// <summary>How long others wait after the leader's last sign of life; default 15 s.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>After how long without success the leader gives up; default 10 s. Less than the lease's duration.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long between attempts; default 2 s. Those who are not leader wait up to 1.2 times longer still.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether a leader that stops in good order lets the next one in at once. Default true.</summary>
    public bool ReleaseOnCancel { get; init; } = true;

    /// <summary>Where chance comes from.</summary>
    public int Seed { get; init; }

    /// <summary>Is told who leads whenever that changes.</summary>
    public Action<string>? OnNewLeader { get; init; }

    /// <summary>Takes what went wrong; the candidate goes on.</summary>
    public Action<Exception>? OnError { get; init; }

    internal void Check()
    {
        ArgumentException.ThrowIfNullOrEmpty(Identity);
        if (LeaseDuration <= RenewDeadline) throw new ArgumentException("The lease's duration must be greater than the renew deadline.");
        if (RenewDeadline <= RetryPeriod * LeaderElector.JitterFactor) throw new ArgumentException("The renew deadline must be greater than the retry period and its jitter.");
        if (RetryPeriod < TimeSpan.FromMilliseconds(1) || LeaseDuration < TimeSpan.FromSeconds(1)) throw new ArgumentException("The lease's duration must be at least a second, the retry period greater than zero.");
    }
}
