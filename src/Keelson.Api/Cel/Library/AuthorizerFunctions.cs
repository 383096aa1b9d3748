using Keelson.Api.Cel.Checking;
using Keelson.Api.Cel.Objects;

namespace Keelson.Api.Cel.Library;

/// <summary>Whether somebody may do something, asked by an expression.</summary>
/// <param name="ServiceAccount">Who is asked about instead of the one who sent the request: namespace and name.</param>
/// <param name="Path">A path that is no resource's; null for resources.</param>
public sealed record CelAccessQuestion(
    (string Namespace, string Name)? ServiceAccount, string? Path, string Group, string Resource, string Subresource, string Namespace, string Name, string Verb)
{
    /// <summary>Which objects are meant, by their fields, as it was written; one that can't be read selects all.</summary>
    public string FieldSelector { get; init; } = "";

    /// <summary>Which objects are meant, by their labels, as it was written; one that can't be read selects all.</summary>
    public string LabelSelector { get; init; } = "";
}

/// <summary>What came of a question: allowed or not, why, and what went wrong with asking.</summary>
public sealed record CelAccessAnswer(bool IsAllowed, string Reason, string? Error);

/// <summary>Answers expressions that ask whether somebody may do something.</summary>
public interface ICelAuthorizer
{
    CelAccessAnswer Check(CelAccessQuestion question, CancellationToken cancel);
}

/// <summary>Questions about access, put together call by call.</summary>
internal static class AuthorizerFunctions
{
    private const string Root = "kubernetes.authorization.Authorizer";
    private const string Path = "kubernetes.authorization.PathCheck";
    private const string Group = "kubernetes.authorization.GroupCheck";
    private const string Resource = "kubernetes.authorization.ResourceCheck";
    private const string Decision = "kubernetes.authorization.Decision";

    public static void Register(CelLibraryBuilder library)
    {
        Add("path", call => With(call, Root, Path, (question, text) => text.AsSpan().Trim().IsEmpty ? null : question with { Path = text }), $"{Root}.(string) -> {Path}");
        Add("group", call => With(call, Root, Group, (question, text) => question with { Group = text }), $"{Root}.(string) -> {Group}");
        Add("serviceAccount", ServiceAccount, $"{Root}.(string, string) -> {Root}");
        Add("resource", call => With(call, Group, Resource, (question, text) => text.AsSpan().Trim().IsEmpty ? null : question with { Resource = text }), $"{Group}.(string) -> {Resource}");
        Add("subresource", call => With(call, Resource, Resource, (question, text) => question with { Subresource = text }), $"{Resource}.(string) -> {Resource}");
        Add("namespace", call => With(call, Resource, Resource, (question, text) => question with { Namespace = text }), $"{Resource}.(string) -> {Resource}");
        Add("name", call => With(call, Resource, Resource, (question, text) => question with { Name = text }), $"{Resource}.(string) -> {Resource}");
        Add("fieldSelector", call => With(call, Resource, Resource, (question, text) => question with { FieldSelector = text }), $"{Resource}.(string) -> {Resource}");
        Add("labelSelector", call => With(call, Resource, Resource, (question, text) => question with { LabelSelector = text }), $"{Resource}.(string) -> {Resource}");
        Add("check", Check, $"{Path}.(string) -> {Decision}", $"{Resource}.(string) -> {Decision}");
        Add("allowed", call => call[0] is CelDecision decision ? decision.Answer.IsAllowed : CelError.NoOverload, $"{Decision}.() -> bool");
        Add("reason", call => call[0] is CelDecision decision ? decision.Answer.Reason : CelError.NoOverload, $"{Decision}.() -> string");
        Add("errored", call => call[0] is CelDecision decision ? decision.Answer.Error is not null : CelError.NoOverload, $"{Decision}.() -> bool");
        Add("error", call => call[0] is CelDecision decision ? decision.Answer.Error ?? "" : CelError.NoOverload, $"{Decision}.() -> string");

        void Add(string name, Func<CelCall, object> invoke, params string[] signatures) => library.AddGroup(CelLibrary.AuthorizerGroup, name, invoke, signatures);
    }

    private static object With(CelCall call, string from, string to, Func<CelAccessQuestion, string, CelAccessQuestion?> change)
    {
        if (call[0] is not CelAccess access || access.Type.Name != from || call[1] is not string text) return CelError.NoOverload;
        return change(access.Question, text) is { } question ? new CelAccess(access.Authorizer, question, to) : new CelError(to == Path ? "path must not be empty" : "resource must not be empty");
    }

    private static object ServiceAccount(CelCall call)
    {
        if (call[0] is not CelAccess access || call[1] is not string space || call[2] is not string name) return CelError.NoOverload;
        if (!Names.DnsName.IsSubdomain(name)) return new CelError("Invalid service account name");
        return Names.DnsName.IsLabel(space)
            ? new CelAccess(access.Authorizer, access.Question with { ServiceAccount = (space, name) }, Root)
            : new CelError("Invalid service account namespace");
    }

    private static object Check(CelCall call) => call[0] is CelAccess access && call[1] is string verb
        ? new CelDecision(access.Authorizer.Check(access.Question with { Verb = verb }, call.Run.Cancel))
        : CelError.NoOverload;
}

/// <summary>A question about access under construction; what expressions know as authorizer.</summary>
public sealed class CelAccess : CelOpaque
{
    private readonly string _type;

    internal CelAccess(ICelAuthorizer authorizer, CelAccessQuestion question, string type)
    {
        Authorizer = authorizer;
        Question = question;
        _type = type;
    }

    internal ICelAuthorizer Authorizer { get; }

    internal CelAccessQuestion Question { get; }

    internal override CelType Type => CelType.Opaque(_type);

    /// <summary>The type of the variable authorizer.</summary>
    public static CelType AuthorizerType { get; } = CelType.Opaque("kubernetes.authorization.Authorizer");

    /// <summary>The type of the variable authorizer.requestResource.</summary>
    public static CelType ResourceType { get; } = CelType.Opaque("kubernetes.authorization.ResourceCheck");

    /// <summary>The value of the variable authorizer.</summary>
    public static CelAccess Of(ICelAuthorizer authorizer) =>
        new(authorizer, new CelAccessQuestion(null, null, "", "", "", "", "", ""), AuthorizerType.Name);

    /// <summary>The value of the variable authorizer.requestResource.</summary>
    public static CelAccess Of(ICelAuthorizer authorizer, CelAccessQuestion question) => new(authorizer, question, ResourceType.Name);
}

/// <summary>The answer to a question about access.</summary>
internal sealed class CelDecision(CelAccessAnswer answer) : CelOpaque
{
    public CelAccessAnswer Answer { get; } = answer;

    internal override CelType Type => CelType.Opaque("kubernetes.authorization.Decision");
}
