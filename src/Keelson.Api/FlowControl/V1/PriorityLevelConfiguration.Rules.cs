using Keelson.Api.Validation;

namespace Keelson.Api.FlowControl.V1;

public sealed partial record PriorityLevelConfiguration : IHasDefaults, IHasRules
{
    private const int DefaultShares = 30;
    private const int DefaultQueues = 64;
    private const int DefaultHandSize = 8;
    private const int DefaultQueueLength = 50;
    private const int MaximumQueues = 10_000_000;

    // What is left of a hash of 64 bits after dealing, by upstream's reckoning.
    private const int MaximumEntropyBits = 60;

    private static readonly PriorityLevelConfigurationSpec CatchAll = new()
    {
        Type = PriorityLevelEnablement.Limited,
        Limited = new LimitedPriorityLevelConfiguration
        {
            NominalConcurrencyShares = 5,
            LendablePercent = 0,
            LimitResponse = new LimitResponse { Type = LimitResponseType.Reject },
        },
    };

    public IResource WithDefaults()
    {
        var exempt = Spec.Exempt ?? (Spec.Type == PriorityLevelEnablement.Exempt ? ExemptPriorityLevelConfiguration.Empty : null);
        var limited = Spec.Limited;
        return this with
        {
            Spec = Spec with
            {
                Exempt = exempt is null ? null : exempt with
                {
                    NominalConcurrencyShares = exempt.NominalConcurrencyShares ?? 0,
                    LendablePercent = exempt.LendablePercent ?? 0,
                },
                Limited = limited is null ? null : limited with
                {
                    NominalConcurrencyShares = limited.NominalConcurrencyShares ?? DefaultShares,
                    LendablePercent = limited.LendablePercent ?? 0,
                    LimitResponse = limited.LimitResponse with { Queuing = WithDefaults(limited.LimitResponse.Queuing) },
                },
            },
        };
    }

    public void Validate(FieldErrors errors)
    {
        using (errors.In("spec")) ValidateSpec(errors);
        ValidateFixed(errors);
        ValidateStatusUpdate(this, errors);
    }

    public void ValidateUpdate(IResource old, FieldErrors errors) => Validate(errors);

    public void ValidateStatusUpdate(IResource old, FieldErrors errors) =>
        FlowSchema.ValidateConditions(Status.Conditions.Select(condition => condition.Type).ToApiList(), errors);

    private static QueuingConfiguration? WithDefaults(QueuingConfiguration? queuing) => queuing is null ? null : queuing with
    {
        Queues = queuing.Queues == 0 ? DefaultQueues : queuing.Queues,
        HandSize = queuing.HandSize == 0 ? DefaultHandSize : queuing.HandSize,
        QueueLengthLimit = queuing.QueueLengthLimit == 0 ? DefaultQueueLength : queuing.QueueLengthLimit,
    };

    private void ValidateFixed(FieldErrors errors)
    {
        var isWrong = Metadata.Name switch
        {
            "exempt" => Spec.Type != PriorityLevelEnablement.Exempt || Spec.Limited is not null,
            "catch-all" => Spec != CatchAll,
            _ => false,
        };
        if (!isWrong) return;
        var except = Metadata.Name == "exempt" ? " except the 'spec.exempt' field" : "";
        errors.Invalid("spec", Shown.Object(Spec), $"spec of '{Metadata.Name}'{except} must equal the fixed value");
    }

    private void ValidateSpec(FieldErrors errors)
    {
        var isExempt = Spec.Type == PriorityLevelEnablement.Exempt;
        if (Metadata.Name == "exempt" != isExempt) errors.Invalid("type", Spec.Type, "type must be 'Exempt' if and only if name is 'exempt'");
        if (isExempt)
        {
            if (Spec.Limited is not null) errors.Forbidden("limited", "must be nil if the type is not Limited");
            if (Spec.Exempt is null) errors.Required("exempt", "must not be empty when type is Exempt");
            else using (errors.In("exempt")) ValidateShares(Spec.Exempt.NominalConcurrencyShares, Spec.Exempt.LendablePercent, errors);
        }
        else if (Spec.Type == PriorityLevelEnablement.Limited)
        {
            if (Spec.Exempt is not null) errors.Forbidden("exempt", "must be nil if the type is Limited");
            if (Spec.Limited is null) errors.Required("limited", "must not be empty when type is Limited");
            else using (errors.In("limited")) Validate(Spec.Limited, errors);
        }
        else
        {
            errors.NotSupported("type", Spec.Type, [PriorityLevelEnablement.Exempt, PriorityLevelEnablement.Limited]);
        }
    }

    private static void ValidateShares(int? shares, int? lendable, FieldErrors errors)
    {
        if (shares is { } given and < 0) errors.Invalid("nominalConcurrencyShares", given, "must be a non-negative integer");
        if (lendable is { } percent and (< 0 or > 100)) errors.Invalid("lendablePercent", percent, "must be between 0 and 100, inclusive");
    }

    private static void Validate(LimitedPriorityLevelConfiguration limited, FieldErrors errors)
    {
        ValidateShares(limited.NominalConcurrencyShares, limited.LendablePercent, errors);
        using (errors.In("limitResponse")) Validate(limited.LimitResponse, errors);
        if (limited.BorrowingLimitPercent is { } percent and < 0)
        {
            errors.Invalid("borrowingLimitPercent", percent, "if specified, must be a non-negative integer");
        }
    }

    private static void Validate(LimitResponse response, FieldErrors errors)
    {
        switch (response.Type)
        {
            case LimitResponseType.Reject:
                if (response.Queuing is not null) errors.Forbidden("queuing", "must be nil if limited.limitResponse.type is not Limited");
                break;
            case LimitResponseType.Queue when response.Queuing is null:
                errors.Required("queuing", "must not be empty if limited.limitResponse.type is Limited");
                break;
            case LimitResponseType.Queue:
                using (errors.In("queuing")) Validate(response.Queuing, errors);
                break;
            default:
                errors.NotSupported("type", response.Type, [LimitResponseType.Queue, LimitResponseType.Reject]);
                break;
        }
    }

    private static void Validate(QueuingConfiguration queuing, FieldErrors errors)
    {
        const string Positive = "must be positive";
        var (queues, hand) = (queuing.Queues, queuing.HandSize);
        if (queuing.QueueLengthLimit <= 0) errors.Invalid("queueLengthLimit", queuing.QueueLengthLimit, Positive);
        if (queues <= 0) errors.Invalid("queues", queues, Positive);
        else if (queues > MaximumQueues) errors.Invalid("queues", queues, $"must not be greater than {MaximumQueues}");
        if (hand <= 0) errors.Invalid("handSize", hand, Positive);
        else if (hand > queues) errors.Invalid("handSize", hand, $"should not be greater than queues ({queues})");
        else if (IsTooRandom(queues, hand))
        {
            errors.Invalid("handSize", hand, $"required entropy bits of deckSize {queues} and handSize {hand} should not be greater than {MaximumEntropyBits}");
        }
    }

    private static bool IsTooRandom(int queues, int hand)
    {
        var bits = 0d;
        for (var i = 0; i < hand && bits <= MaximumEntropyBits; i++) bits += Math.Log2(queues - i);
        return Math.Ceiling(bits) > MaximumEntropyBits;
    }
}
