using Google.Protobuf.Collections;
using Wire = Keelson.Node.Runtime.Cri.Protos;

namespace Keelson.Node.Runtime.Cri;

/// <summary>What sandboxes and containers share, between the seam's types and CRI's.</summary>
internal static class CriMapping
{
    public static Wire.LinuxContainerResources ToWire(LinuxResources resources)
    {
        var wire = new Wire.LinuxContainerResources
        {
            CpuPeriod = resources.CpuPeriodMicroseconds,
            CpuQuota = resources.CpuQuotaMicroseconds,
            CpuShares = resources.CpuShares,
            MemoryLimitInBytes = resources.MemoryLimitBytes,
            MemorySwapLimitInBytes = resources.MemorySwapLimitBytes,
            OomScoreAdj = resources.OutOfMemoryScore,
            CpusetCpus = resources.CpusetCpus,
            CpusetMems = resources.CpusetMemoryNodes,
            Unified = { Copy(resources.Unified) },
        };
        foreach (var (size, limit) in resources.HugePageLimits) wire.HugepageLimits.Add(new Wire.HugepageLimit { PageSize = size, Limit = limit });
        return wire;
    }

    public static LinuxResources? FromWire(Wire.LinuxContainerResources? wire) => wire is null ? null : new LinuxResources
    {
        CpuPeriodMicroseconds = wire.CpuPeriod,
        CpuQuotaMicroseconds = wire.CpuQuota,
        CpuShares = wire.CpuShares,
        MemoryLimitBytes = wire.MemoryLimitInBytes,
        MemorySwapLimitBytes = wire.MemorySwapLimitInBytes,
        OutOfMemoryScore = wire.OomScoreAdj,
        CpusetCpus = wire.CpusetCpus,
        CpusetMemoryNodes = wire.CpusetMems,
        HugePageLimits = wire.HugepageLimits.DistinctBy(limit => limit.PageSize).ToDictionary(limit => limit.PageSize, limit => limit.Limit),
        Unified = Copy(wire.Unified),
    };

    public static Wire.NamespaceOption ToWire(NamespaceOptions options) => new()
    {
        Network = (Wire.NamespaceMode)options.Network,
        Pid = (Wire.NamespaceMode)options.Pid,
        Ipc = (Wire.NamespaceMode)options.Ipc,
        TargetId = options.TargetId,
    };

    public static NamespaceOptions FromWire(Wire.NamespaceOption? wire) => wire is null ? NamespaceOptions.Default : new()
    {
        Network = (NamespaceMode)wire.Network,
        Pid = (NamespaceMode)wire.Pid,
        Ipc = (NamespaceMode)wire.Ipc,
        TargetId = wire.TargetId,
    };

    public static Wire.SecurityProfile? ToWire(SecurityProfile? profile) => profile is null ? null : new()
    {
        ProfileType = (Wire.SecurityProfile.Types.ProfileType)profile.Kind,
        LocalhostRef = profile.LocalReference,
    };

    public static Wire.SELinuxOption? ToWire(SelinuxOptions? options) => options is null ? null : new()
    {
        User = options.User,
        Role = options.Role,
        Type = options.Type,
        Level = options.Level,
    };

    public static Wire.Int64Value? ToWire(long? number) => number is { } value ? new() { Value = value } : null;

    /// <summary>CRI counts nanoseconds since 1970; zero is never.</summary>
    public static DateTimeOffset? Moment(long nanoseconds) =>
        nanoseconds > 0 ? DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick) : null;

    public static DateTimeOffset MomentOrStart(long nanoseconds) => Moment(nanoseconds) ?? DateTimeOffset.UnixEpoch;

    /// <summary>Whole seconds, as CRI counts time-outs; a part of one counts as one, so that a short limit is not none.</summary>
    public static long Seconds(TimeSpan time) => time <= TimeSpan.Zero ? 0 : (long)Math.Min(Math.Ceiling(time.TotalSeconds), int.MaxValue);

    public static MapField<string, string> Copy(IReadOnlyDictionary<string, string> values)
    {
        var field = new MapField<string, string>();
        foreach (var (name, value) in values) field[name] = value;
        return field;
    }

    // Most objects have none; then they share one.
    public static IReadOnlyDictionary<string, string> Copy(MapField<string, string> field) =>
        field.Count == 0 ? Labels.None : new Dictionary<string, string>(field, StringComparer.Ordinal);
}
