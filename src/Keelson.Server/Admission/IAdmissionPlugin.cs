using Keelson.Api.Authentication.V1;
using Keelson.Server.Objects;
using Keelson.Server.Registry;

namespace Keelson.Server.Admission;

/// <summary>What a request does to an object.</summary>
public enum AdmissionOperation { Create, Update, Delete, Connect }

/// <summary>A write as admission sees it.</summary>
/// <param name="Object">The object as it is to be stored; null for a deletion.</param>
/// <param name="OldObject">The object as it is; null for a creation.</param>
public sealed record AdmissionRequest(
    AdmissionOperation Operation,
    RegisteredResource Resource,
    string Subresource,
    ObjectName Name,
    ApiObject? Object,
    ApiObject? OldObject,
    UserInfo User,
    bool DryRun)
{
    /// <summary>Tells the client of something that it should know although the write works; null where nobody listens.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Notes something for whoever reads what was done; null where nothing is written down.</summary>
    public Action<string, string>? Annotate { get; init; }

    /// <summary>Notes what was done to the object, in JSON; null where nobody writes down what is in objects.</summary>
    public Action<string, string>? AnnotateObject { get; init; }

    /// <summary>Makes the options of the write as JSON, as webhooks are told them; null where there are none.</summary>
    public Func<byte[]>? Options { get; init; }

    /// <summary>What each webhook left behind when it was asked, so that none is asked again for nothing.</summary>
    internal Dictionary<string, ReadOnlyMemory<byte>> Seen { get; } = [];

    /// <summary>Whether others have changed the object; the same for all copies of the request.</summary>
    internal OthersChange Others { get; } = new();

    /// <summary>Whether the write is about the object itself, not about a subresource of it.</summary>
    public bool IsWhole => Subresource.Length == 0;

    /// <summary>The refusal of the write, in the words that all plugins use.</summary>
    internal Http.ApiException Forbid(string why) => Http.Failures.Forbidden(Resource, ShownName, why);

    /// <summary>What refusals call the object: what its name is to begin with, as long as it has none.</summary>
    internal string ShownName => Name.Name.Length > 0 || Object is not { } value ? Name.Name : value.Metadata.Name.Length > 0 ? value.Metadata.Name : value.Metadata.GenerateName;
}

/// <summary>Remembers that webhooks or policies changed an object, which may be anything in it.</summary>
internal sealed class OthersChange
{
    public bool IsThere { get; set; }
}

/// <summary>One thing that every write has to pass: it may change the object, or refuse it.</summary>
public interface IAdmissionPlugin
{
    /// <summary>Changes the object, before it is checked. The default changes nothing.</summary>
    ValueTask<ApiObject?> MutateAsync(AdmissionRequest request, CancellationToken cancel) => new(request.Object);

    /// <summary>Refuses the write by throwing, or lets it pass.</summary>
    /// <exception cref="Http.ApiException">The write is refused.</exception>
    ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel);
}

/// <summary>A plugin that others speak through: what they change is shown to the plugins before it, and then to them again.</summary>
internal interface IReinvocable : IAdmissionPlugin
{
    ValueTask<ApiObject?> MutateAgainAsync(AdmissionRequest request, CancellationToken cancel);
}
