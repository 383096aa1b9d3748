using Keelson.Api;
using Keelson.Api.Authentication.V1;
using Keelson.Api.Authorization.V1;
using Keelson.Api.Meta.V1;
using Keelson.Api.Validation;
using Keelson.Server.Access;
using Keelson.Server.Access.Rbac;
using Keelson.Server.Http;

namespace Keelson.Server.Verbs.Reviews;

/// <summary>Answers questions about who somebody is and what they may do; nothing is stored.</summary>
internal sealed class ReviewHandler(ServerContext server, IAuthorizer authorizer) : IVerbHandler
{
    /// <summary>The resources that are such questions.</summary>
    public static IReadOnlyList<string> Resources { get; } =
    [
        "tokenreviews.authentication.k8s.io",
        "selfsubjectreviews.authentication.k8s.io",
        "selfsubjectaccessreviews.authorization.k8s.io",
        "selfsubjectrulesreviews.authorization.k8s.io",
        "subjectaccessreviews.authorization.k8s.io",
        "localsubjectaccessreviews.authorization.k8s.io",
    ];

    public async ValueTask HandleAsync(ApiRequest request)
    {
        var sent = await RequestBody.ReadObjectAsync(request).ConfigureAwait(false);
        var asked = sent.Typed is { } typed ? await Admitting.RunAsync(server, request, typed).ConfigureAwait(false) : null;
        IKind answer = asked switch
        {
            SelfSubjectReview review => review with
            {
                Metadata = review.Metadata with { CreationTimestamp = Time.FromDateTimeOffset(server.Now) },
                Status = new SelfSubjectReviewStatus { UserInfo = request.User },
            },
            TokenReview { Spec.Token.Length: 0 } => throw Failures.BadRequest("token is required for TokenReview in authentication"),
            TokenReview review => review with { Status = await server.Tokens.ReviewAsync(review.Spec, request.Cancel).ConfigureAwait(false) },
            SelfSubjectAccessReview review => review with
            {
                Status = await ReviewAsync(request, review.Metadata, request.User, null, review.Spec.ResourceAttributes, review.Spec.NonResourceAttributes).ConfigureAwait(false),
            },
            SelfSubjectRulesReview review => review with { Status = ListRules(request.User, review.Spec.Namespace) },
            SubjectAccessReview review => review with { Status = await ReviewAsync(request, review.Metadata, review.Spec).ConfigureAwait(false) },
            LocalSubjectAccessReview review => review with { Status = await ReviewAsync(request, review.Metadata, review.Spec).ConfigureAwait(false) },
            _ => throw Failures.MethodNotAllowed(request.Resource, "create"),
        };
        await Answers.KindAsync(request, 201, answer.Typed(request.Resource.Kind)).ConfigureAwait(false);
    }

    private SubjectRulesReviewStatus ListRules(UserInfo user, string space)
    {
        if (space.Length == 0) throw Failures.BadRequest("no namespace on request");
        if (Access.Nodes.NodeIdentity.Is(user, out _)) return new SubjectRulesReviewStatus { Incomplete = true, EvaluationError = "node authorizer does not support user rule resolution" };
        if (((authorizer as UnionAuthorizer)?.Authorizers.OfType<RbacAuthorizer>().FirstOrDefault() ?? authorizer as RbacAuthorizer) is not { } rbac) return new SubjectRulesReviewStatus { Incomplete = true, EvaluationError = "the authorizer does not list rules" };
        var findings = new List<string>();
        var rules = rbac.RulesOf(user, space, findings);
        return new SubjectRulesReviewStatus
        {
            ResourceRules = rules.Where(rule => !rule.Resources.IsEmpty)
                .Select(rule => new ResourceRule { Verbs = rule.Verbs, ApiGroups = rule.ApiGroups, Resources = rule.Resources, ResourceNames = rule.ResourceNames }).ToApiList(),
            NonResourceRules = rules.Where(rule => !rule.NonResourceURLs.IsEmpty)
                .Select(rule => new NonResourceRule { Verbs = rule.Verbs, NonResourceURLs = rule.NonResourceURLs }).ToApiList(),
            EvaluationError = findings.Count == 0 ? "" : RbacAuthorizer.Aggregate(findings),
        };
    }

    private ValueTask<SubjectAccessReviewStatus> ReviewAsync(ApiRequest request, ObjectMeta metadata, SubjectAccessReviewSpec spec)
    {
        var user = new UserInfo { Username = spec.User, Uid = spec.Uid, Groups = spec.Groups, Extra = spec.Extra };
        return ReviewAsync(request, metadata, user, spec, spec.ResourceAttributes, spec.NonResourceAttributes);
    }

    private async ValueTask<SubjectAccessReviewStatus> ReviewAsync(
        ApiRequest request, ObjectMeta metadata, UserInfo user, SubjectAccessReviewSpec? subject, ResourceAttributes? resource, NonResourceAttributes? other)
    {
        Check(request, metadata, subject, resource, other);
        var asked = AccessQuestion.Of(resource, other);
        var decision = await authorizer.AuthorizeAsync(user, asked.Info, request.Cancel).ConfigureAwait(false);
        return new SubjectAccessReviewStatus { Allowed = decision.IsAllowed, Reason = decision.Reason, EvaluationError = asked.Errors };
    }

    private static void Check(ApiRequest request, ObjectMeta metadata, SubjectAccessReviewSpec? subject, ResourceAttributes? resource, NonResourceAttributes? other)
    {
        var errors = new FieldErrors();
        using (errors.In("spec"))
        {
            AccessQuestion.Check(resource, other, errors);
            if (subject is { User.Length: 0, Groups.IsEmpty: true }) errors.Invalid("user", "", "at least one of user or group must be specified");
        }

        // Only the namespace of a review within one says something.
        var isLocal = request.Resource.IsNamespaced;
        if ((metadata with { Namespace = isLocal ? "" : metadata.Namespace, ManagedFields = default }) != ObjectMeta.Empty)
        {
            errors.Invalid("metadata", metadata.Name, isLocal ? "must be empty except for namespace" : "must be empty");
        }

        if (isLocal) CheckNamespace(request.Info.Namespace, metadata, resource, other, errors);
        if (!errors.IsEmpty) throw new ApiException(InvalidObject.Status(request.Resource.Kind.Group, request.Resource.Kind.Kind, "", errors) with { ApiVersion = "v1", Kind = "Status" });
    }

    private static void CheckNamespace(string space, ObjectMeta metadata, ResourceAttributes? resource, NonResourceAttributes? other, FieldErrors errors)
    {
        if (metadata.Namespace.Length > 0 && metadata.Namespace != space) throw Failures.BadRequest($"spec.resourceAttributes.namespace must match namespace: {space}");
        using var spec = errors.In("spec");
        if (other is not null) errors.Invalid("nonResourceAttributes", other.Path, "disallowed on this kind of request");
        if (resource is null || resource.Namespace == space) return;
        using (errors.In("resourceAttributes")) errors.Invalid("namespace", resource.Namespace, "must match metadata.namespace");
    }
}
