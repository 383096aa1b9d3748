using Keelson.Api;
using Keelson.Api.Patch.Apply;
using Keelson.Api.Values;
using Keelson.Server.Objects;

namespace Keelson.Server.Converting;

/// <summary>One version beside the one in which objects are stored.</summary>
internal sealed record OtherVersion(KindInfo Kind, Func<IResource, IResource> ToStored, Func<IResource, IResource> FromStored)
{
    public static OtherVersion Of<TOther, TStored>(KindInfo kind, Func<TOther, TStored> toStored, Func<TStored, TOther> fromStored)
        where TOther : class, IResource
        where TStored : class, IResource =>
        new(kind, value => toStored((TOther)value), value => fromStored((TStored)value));
}

/// <summary>The versions in which the objects of one declared resource are served; they are stored in one of them.</summary>
internal sealed class VersionFamily(KindInfo stored, IReadOnlyList<OtherVersion> others)
{
    /// <summary>The API versions of all of them.</summary>
    public IEnumerable<string> ApiVersions => others.Select(other => other.Kind.Kind.ApiVersion).Prepend(stored.Kind.ApiVersion);

    /// <summary>An object of any version in the stored one; the same object where it is of that already.</summary>
    public IResource ToStored(IResource value)
    {
        if (value.GetType() == stored.Type) return value;
        var other = others.First(version => version.Kind.Type == value.GetType());
        return (IResource)other.ToStored(value).Typed(stored.Kind);
    }

    /// <summary>An object of the stored version in another one.</summary>
    public IResource FromStored(IResource value, GroupVersionKind kind) =>
        others.FirstOrDefault(other => other.Kind.Kind == kind) is { } version ? (IResource)version.FromStored(value).Typed(kind) : value;

    /// <summary>An object in another version, for the ownership of fields; null where it is no object or there is no such version.</summary>
    public VersionedObject? Convert(MapValue value, string apiVersion)
    {
        if (Find(value["apiVersion"]?.AsText()) is not { } from || Find(apiVersion) is not { } to) return null;
        try
        {
            var read = (IResource)ApiJson.Decode(ValueWriter.WriteBytes(value), from, new Api.Json.DecodeReport()).Typed(from.Kind);
            var converted = FromStored(ToStored(read), to.Kind);
            return new VersionedObject((MapValue)ValueReader.Read(ApiJson.Encode(converted), ObjectLimits.Trusted), to.Schema);
        }
        catch (ApiFormatException)
        {
            return null;
        }
    }

    private KindInfo? Find(string? apiVersion) =>
        apiVersion == stored.Kind.ApiVersion ? stored : others.FirstOrDefault(other => other.Kind.Kind.ApiVersion == apiVersion)?.Kind;
}
