using Keelson.Api;
using Keelson.Api.Authentication.V1;
using Keelson.Api.Authorization.V1;
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
        IKind answer = sent.Typed switch
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
                Status = await ReviewAsync(request.User, review.Spec.ResourceAttributes, review.Spec.NonResourceAttributes, request.Cancel).ConfigureAwait(false),
            },
            SelfSubjectRulesReview review => review with { Status = ListRules(request.User, review.Spec.Namespace) },
            SubjectAccessReview review => review with { Status = await ReviewAsync(review.Spec, request.Cancel).ConfigureAwait(false) },
            LocalSubjectAccessReview review => review with { Status = await ReviewAsync(review.Spec, request.Cancel).ConfigureAwait(false) },
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

    private ValueTask<SubjectAccessReviewStatus> ReviewAsync(SubjectAccessReviewSpec spec, CancellationToken cancel)
    {
        if (spec.User.Length == 0 && spec.Groups.IsEmpty) throw Failures.BadRequest("spec.user: Invalid value: \"\": at least one of user or group must be specified");
        var user = new UserInfo { Username = spec.User, Uid = spec.Uid, Groups = spec.Groups, Extra = spec.Extra };
        return ReviewAsync(user, spec.ResourceAttributes, spec.NonResourceAttributes, cancel);
    }

    private async ValueTask<SubjectAccessReviewStatus> ReviewAsync(UserInfo user, ResourceAttributes? resource, NonResourceAttributes? other, CancellationToken cancel)
    {
        if (resource is null == other is null) throw Failures.BadRequest("exactly one of nonResourceAttributes or resourceAttributes must be specified");
        var asked = resource is not null
            ? new RequestInfo
            {
                Path = "",
                IsResource = true,
                Verb = resource.Verb,
                Group = resource.Group,
                Version = resource.Version,
                Namespace = resource.Namespace,
                Resource = resource.Resource,
                Subresource = resource.Subresource,
                Name = resource.Name,
            }
            : new RequestInfo { Path = other!.Path, Verb = other.Verb };
        var decision = await authorizer.AuthorizeAsync(user, asked, cancel).ConfigureAwait(false);
        return new SubjectAccessReviewStatus { Allowed = decision.IsAllowed, Reason = decision.Reason };
    }
}
