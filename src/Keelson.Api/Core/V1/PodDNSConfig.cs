namespace Keelson.Api.Core.V1;

/// <summary>Resolver settings that are added to what the DNS policy yields.</summary>
[ApiType]
public sealed partial record PodDNSConfig
{
    /// <summary>Addresses of further name servers, at most three in all; required with DNS policy None.</summary>
    [Field(1), Atomic] public ApiList<string> Nameservers { get; init; }

    /// <summary>Further search domains for short names, at most 32 in all.</summary>
    [Field(2), Atomic] public ApiList<string> Searches { get; init; }

    /// <summary>Resolver options; one with a name already present replaces it.</summary>
    [Field(3), Atomic] public ApiList<PodDNSConfigOption> Options { get; init; }
}

/// <summary>One option of resolv.conf.</summary>
[ApiType]
public sealed partial record PodDNSConfigOption
{
    /// <summary>Name of the option, such as ndots; required.</summary>
    [Field(1)] public string Name { get; init; } = "";

    /// <summary>Value of the option, if it takes one.</summary>
    [Field(2)] public string? Value { get; init; }
}
