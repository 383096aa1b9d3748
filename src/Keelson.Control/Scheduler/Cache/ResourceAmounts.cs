using Keelson.Api;
using Keelson.Api.Core.V1;

namespace Keelson.Control.Scheduler.Cache;

/// <summary>Amounts of resources as whole numbers: processor in thousandths, all else in its own unit.</summary>
internal struct ResourceAmounts
{
    public long MilliCpu;
    public long Memory;
    public long EphemeralStorage;

    /// <summary>All resources beside those three; null for none. Pods of one shape share it: it is replaced, not changed.</summary>
    public Dictionary<string, long>? Others;

    public readonly bool IsZero => MilliCpu == 0 && Memory == 0 && EphemeralStorage == 0 && Others is null;

    public static ResourceAmounts Of(ApiMap<Quantity> amounts)
    {
        var result = default(ResourceAmounts);
        foreach (var (name, amount) in amounts)
        {
            if (name != ResourceName.Pods) result.Set(name, name == ResourceName.Cpu ? amount.MilliValue() : amount.Value());
        }

        return result;
    }

    /// <summary>Adds other amounts, many times where the factor says so; sums stop at what a number can hold.</summary>
    public void Add(in ResourceAmounts other, int factor = 1)
    {
        MilliCpu = Sum(MilliCpu, other.MilliCpu, factor);
        Memory = Sum(Memory, other.Memory, factor);
        EphemeralStorage = Sum(EphemeralStorage, other.EphemeralStorage, factor);
        if (other.Others is null) return;
        Others = Others is null ? [] : new Dictionary<string, long>(Others);
        foreach (var (name, amount) in other.Others)
        {
            var sum = Sum(Others.GetValueOrDefault(name), amount, factor);
            if (sum == 0) Others.Remove(name);
            else Others[name] = sum;
        }

        if (Others.Count == 0) Others = null;
    }

    /// <summary>Raises every amount to that of another where it is less.</summary>
    public void Raise(in ResourceAmounts least)
    {
        MilliCpu = Math.Max(MilliCpu, least.MilliCpu);
        Memory = Math.Max(Memory, least.Memory);
        EphemeralStorage = Math.Max(EphemeralStorage, least.EphemeralStorage);
        if (least.Others is null) return;
        Others = Others is null ? [] : new Dictionary<string, long>(Others);
        foreach (var (name, amount) in least.Others) Others[name] = Math.Max(Others.GetValueOrDefault(name), amount);
    }

    /// <summary>Replaces what is given for the whole pod.</summary>
    public void Set(string name, long amount)
    {
        switch (name)
        {
            case ResourceName.Cpu:
                MilliCpu = amount;
                break;
            case ResourceName.Memory:
                Memory = amount;
                break;
            case ResourceName.EphemeralStorage:
                EphemeralStorage = amount;
                break;
            default:
                Others = Others is null ? [] : new Dictionary<string, long>(Others);
                Others[name] = amount;
                break;
        }
    }

    private static long Sum(long left, long right, int factor)
    {
        var sum = (Int128)left + ((Int128)right * factor);
        return sum > long.MaxValue ? long.MaxValue : sum < long.MinValue ? long.MinValue : (long)sum;
    }
}
