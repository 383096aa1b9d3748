using Keelson.Api.Authentication.V1;
using Keelson.Api.Cel.Library;
using Keelson.Api.Cel.Objects;
using Keelson.Api.Core.V1;
using Keelson.Api.Selectors;
using Keelson.Api.Values;
using Keelson.Server.Access;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Webhooks;

namespace Keelson.Server.Admission.Policies;

/// <summary>A write as expressions see it.</summary>
internal sealed class PolicyInput
{
    private readonly object _object;
    private readonly object _oldObject;
    private readonly object _request;
    private readonly object _namespace;
    private readonly CelAccess _authorizer;
    private readonly CelAccess _requestResource;

    private PolicyInput(AdmissionRequest request, Api.Admission.V1.AdmissionRequest asked, Namespace? space, IAuthorizer authorizer)
    {
        _object = asked.Object.IsNil ? CelNull.Value : CelDocument.Of(ValueReader.Read(asked.Object.ToString(), ObjectLimits.Trusted));
        _oldObject = asked.OldObject.IsNil ? CelNull.Value : CelDocument.Of(ValueReader.Read(asked.OldObject.ToString(), ObjectLimits.Trusted));
        _request = CelDocument.Of(Described(asked with { Object = default, OldObject = default }), AdmissionExpressions.RequestSchema);
        _namespace = space is null ? CelNull.Value : CelDocument.Of(ValueOf(Api.ApiJson.Encode(space)), AdmissionExpressions.NamespaceSchema);
        var answers = new Authorizer(authorizer, request.User);
        _authorizer = CelAccess.Of(answers);
        _requestResource = CelAccess.Of(answers, new CelAccessQuestion(
            null, null, request.Resource.Kind.Group, request.Resource.Info.Plural, request.Subresource, request.Name.Namespace, request.Name.Name, ""));
    }

    /// <summary>What the policy's parameters are, if it has any.</summary>
    public object? Params { get; set; }

    /// <param name="shown">The version of the resource that the policy is about, which the object may have to be converted to.</param>
    public static async ValueTask<PolicyInput> OfAsync(AdmissionRequest request, RegisteredResource shown, Namespace? space, IAuthorizer authorizer, CancellationToken cancel) =>
        new(request, (await WebhookReview.AskAsync(request, shown, WebhookReview.Version, "", cancel).ConfigureAwait(false)).Request!, space, authorizer);

    public object? Find(string name) => name switch
    {
        "object" => _object,
        "oldObject" => _oldObject,
        "request" => _request,
        "namespaceObject" => _namespace,
        "params" => Params ?? CelNull.Value,
        "authorizer" => _authorizer,
        "authorizer.requestResource" => _requestResource,
        _ => null,
    };

    private static Value Described(Api.Admission.V1.AdmissionRequest asked)
    {
        using var writer = new Api.Json.JsonWriter();
        asked.WriteJson(writer);
        return ValueReader.Read(writer.Written, ObjectLimits.Trusted);
    }

    private static Value ValueOf(byte[] json) => ValueReader.Read(json, ObjectLimits.Trusted);

    /// <summary>Asks the server's own authorizer about the one who sent the request, or about a service account.</summary>
    private sealed class Authorizer(IAuthorizer authorizer, UserInfo user) : ICelAuthorizer
    {
        private readonly Dictionary<CelAccessQuestion, CelAccessAnswer> _known = [];

        public CelAccessAnswer Check(CelAccessQuestion question, CancellationToken cancel)
        {
            if (_known.TryGetValue(question, out var known)) return known;
            var who = question.ServiceAccount is { } account
                ? new UserInfo
                {
                    Username = $"system:serviceaccount:{account.Namespace}:{account.Name}",
                    Groups = ["system:serviceaccounts", $"system:serviceaccounts:{account.Namespace}", "system:authenticated"],
                }
                : user;
            var info = new RequestInfo
            {
                Path = question.Path ?? "",
                Verb = question.Verb,
                IsResource = question.Path is null,
                Group = question.Group,
                Version = "*",
                Resource = question.Resource,
                Subresource = question.Subresource,
                Namespace = question.Namespace,
                Name = question.Name,
                Selector = question.FieldSelector.Length > 0 && FieldQuery.TryParse(question.FieldSelector, out var fields, out _) ? fields : null,
                Labels = question.LabelSelector.Length > 0 && LabelQuery.TryParse(question.LabelSelector, out var labels, out _) ? labels : null,
            };

            // Expressions are computed without waiting; decisions come from caches, so that this hardly ever waits.
            var decision = authorizer.AuthorizeAsync(who, info, cancel).AsTask().GetAwaiter().GetResult();
            return _known[question] = new CelAccessAnswer(decision.IsAllowed, decision.Reason, null);
        }
    }
}
