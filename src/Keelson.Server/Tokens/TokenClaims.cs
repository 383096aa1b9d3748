using Keelson.Api;
using Keelson.Api.Values;
using Keelson.Server.Objects;

namespace Keelson.Server.Tokens;

/// <summary>An object as a token names it.</summary>
internal sealed record NamedObject(string Name, string Uid)
{
    public MapValue ToValue() => MapValue.Of(("name", Name), ("uid", Uid));

    public static NamedObject? Read(Value? value) =>
        value?["name"]?.AsText() is { } name && value["uid"]?.AsText() is { } uid ? new NamedObject(name, uid) : null;
}

/// <summary>What a service account's token says.</summary>
internal sealed record TokenClaims
{
    private const string Private = "kubernetes.io";

    public required string Issuer { get; init; }

    public required ApiList<string> Audiences { get; init; }

    public required long IssuedAt { get; init; }

    public required long ExpiresAt { get; init; }

    public required string Id { get; init; }

    public required string Namespace { get; init; }

    public required NamedObject Account { get; init; }

    public NamedObject? Pod { get; init; }

    public NamedObject? Secret { get; init; }

    public NamedObject? Node { get; init; }

    public string Subject => $"system:serviceaccount:{Namespace}:{Account.Name}";

    public byte[] ToJson()
    {
        var inner = MapValue.Of(("namespace", Namespace), ("serviceaccount", Account.ToValue()));
        if (Node is not null) inner = inner.With("node", Node.ToValue());
        if (Pod is not null) inner = inner.With("pod", Pod.ToValue());
        if (Secret is not null) inner = inner.With("secret", Secret.ToValue());
        return ValueWriter.WriteBytes(MapValue.Of(
            ("aud", ListValue.From(Audiences.Select(audience => (Value)audience))),
            ("exp", ExpiresAt),
            ("iat", IssuedAt),
            ("iss", Issuer),
            ("jti", Id),
            (Private, inner),
            ("nbf", IssuedAt),
            ("sub", Subject)));
    }

    /// <summary>Reads what a verified token says; null where it is not what this server writes.</summary>
    public static TokenClaims? Read(byte[] json)
    {
        var map = ValueReader.Read(json, ObjectLimits.Trusted) as MapValue;
        var inner = map?[Private];
        if (map is null || NamedObject.Read(inner?["serviceaccount"]) is not { } account || inner?["namespace"]?.AsText() is not { } space) return null;
        if (map["exp"]?.AsInteger() is not { } expiresAt || map["nbf"]?.AsInteger() is not { } issuedAt || map["aud"] is not ListValue audiences) return null;
        return new TokenClaims
        {
            Issuer = map["iss"]?.AsText() ?? "",
            Audiences = audiences.Select(audience => audience.AsText() ?? "").ToApiList(),
            IssuedAt = issuedAt,
            ExpiresAt = expiresAt,
            Id = map["jti"]?.AsText() ?? "",
            Namespace = space,
            Account = account,
            Pod = NamedObject.Read(inner["pod"]),
            Secret = NamedObject.Read(inner["secret"]),
            Node = NamedObject.Read(inner["node"]),
        };
    }
}
