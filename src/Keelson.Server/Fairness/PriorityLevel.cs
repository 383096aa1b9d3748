using Keelson.Api.FlowControl.V1;

namespace Keelson.Server.Fairness;

/// <summary>How many requests of a kind are worked on at once, and what becomes of those that are too many. <see cref="SeatLedger"/> guards it.</summary>
internal sealed class PriorityLevel(string name)
{
    /// <summary>The shares of a level that names none; default 30, as upstream.</summary>
    private const int DefaultShares = 30;

    private QueuingConfiguration? _queuing;

    public string Name => name;

    public string Uid { get; private set; } = "";

    /// <summary>Whether its requests are never held up.</summary>
    public bool IsExempt { get; private set; }

    /// <summary>The seats that are its own.</summary>
    public int Nominal { get; private set; }

    /// <summary>How many of them others may have while they are free.</summary>
    public int Lendable { get; private set; }

    /// <summary>How many of others it may have; null for all that are free.</summary>
    public int? Borrowable { get; private set; }

    /// <summary>Seats that are taken.</summary>
    public int InUse { get; set; }

    /// <summary>Requests that are worked on.</summary>
    public int Executing { get; set; }

    /// <summary>Those who wait for a seat; null where nobody ever waited.</summary>
    public FairQueues? Queues { get; private set; }

    /// <summary>The queues that a further request may wait in; null where what is too much is refused. Who waits already keeps his place in those there are.</summary>
    public FairQueues? Open()
    {
        if (_queuing is not null && (Queues is null || (Queues.Count == 0 && !Queues.IsLike(_queuing)))) Queues = new FairQueues(_queuing);
        return _queuing is null ? null : Queues;
    }

    /// <summary>Seats that others can't have, whether they are taken or not.</summary>
    public int Kept => Math.Max(InUse, Nominal - Lendable);

    /// <summary>Takes over what the configuration says.</summary>
    public void Configure(PriorityLevelConfiguration configuration, int totalShares, int totalSeats)
    {
        var (spec, limited) = (configuration.Spec, configuration.Spec.Limited);
        Uid = configuration.Metadata.Uid;
        IsExempt = spec.Type == PriorityLevelEnablement.Exempt;
        Nominal = totalShares == 0 ? 0 : (int)Math.Ceiling((double)totalSeats * SharesOf(configuration) / totalShares);
        Lendable = (int)Math.Round(Nominal * ((IsExempt ? spec.Exempt?.LendablePercent : limited?.LendablePercent) ?? 0) / 100.0);
        Borrowable = limited?.BorrowingLimitPercent is { } percent ? (int)Math.Round(Nominal * percent / 100.0) : null;
        _queuing = limited?.LimitResponse is { Type: LimitResponseType.Queue } response ? response.Queuing ?? QueuingConfiguration.Empty : null;
    }

    public static int SharesOf(PriorityLevelConfiguration configuration) => configuration.Spec.Type == PriorityLevelEnablement.Exempt
        ? configuration.Spec.Exempt?.NominalConcurrencyShares ?? 0
        : configuration.Spec.Limited?.NominalConcurrencyShares ?? DefaultShares;
}
