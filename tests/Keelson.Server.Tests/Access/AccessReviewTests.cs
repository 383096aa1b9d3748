using Keelson.Api.Authentication.V1;
using Keelson.Server.Access;
using Keelson.Server.Http;

namespace Keelson.Server.Tests.Access;

/// <summary>Reviews of access, with selectors of fields and labels.</summary>
public sealed class AccessReviewTests
{
    private const string Reviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

    [Theory]
    [InlineData(""" "fieldSelector":{"rawSelector":"spec.nodeName=one"} """, true, "")]
    [InlineData(""" "fieldSelector":{"rawSelector":"spec.nodeName=two"} """, false, "")]
    [InlineData(""" "fieldSelector":{"rawSelector":"spec.nodeName"} """, false, "spec.resourceAttributes.fieldSelector ignored due to parse error")]
    [InlineData(""" "fieldSelector":{"requirements":[{"key":"spec.nodeName","operator":"In","values":["one"]}]} """, true, "")]
    [InlineData(""" "fieldSelector":{"requirements":[{"key":"spec.nodeName","operator":"NotIn","values":["one"]}]} """, false, "")]
    [InlineData(""" "fieldSelector":{"requirements":[{"key":"spec.nodeName","operator":"In","values":["one","two"]}]} """, false, "spec.resourceAttributes.fieldSelector ignored due to parse error")]
    [InlineData(""" "fieldSelector":{"requirements":[{"key":"spec.nodeName","operator":"In","values":["one"]},{"key":"a","operator":"Resembles"}]} """, true, "spec.resourceAttributes.fieldSelector partially ignored due to parse error")]
    [InlineData(""" "labelSelector":{"rawSelector":"&"} """, false, "spec.resourceAttributes.labelSelector ignored due to parse error")]
    public async Task A_selector_decides_whether_a_node_may_list_pods(string selector, bool allowed, string error)
    {
        await using var server = await TestServer.StartAsync();
        var answer = await server.PostAsync(Reviews, $$$"""{"spec":{"user":"system:node:one","groups":["system:nodes"],"resourceAttributes":{"verb":"list","resource":"pods",{{{selector}}} } } }""");
        Assert.True(answer.Code == 201, answer.Text);
        Assert.Equal((allowed, error), (answer.Json["status", "allowed"]!.ToString() == "true", answer.Json["status", "evaluationError"]?.AsText() ?? ""));
    }

    [Theory]
    [InlineData("""{"user":"a","resourceAttributes":{"fieldSelector":{}}}""", "spec.resourceAttributes.fieldSelector.requirements: Required value: when spec.resourceAttributes.fieldSelector is specified, requirements or rawSelector is required")]
    [InlineData("""{"user":"a","resourceAttributes":{"labelSelector":{"rawSelector":"a","requirements":[{"key":"a","operator":"Exists"}]}}}""", "spec.resourceAttributes.labelSelector.rawSelector: Invalid value: \"a\": may not specified at the same time as requirements")]
    [InlineData("""{"user":"a","resourceAttributes":{"fieldSelector":{"requirements":[{"key":"","operator":"In"}]}}}""", "[spec.resourceAttributes.fieldSelector.requirements[0].key: Required value: must be specified, spec.resourceAttributes.fieldSelector.requirements[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn']")]
    [InlineData("""{"user":"a","resourceAttributes":{"fieldSelector":{"requirements":[{"key":"a","operator":"Exists","values":["b"]}]}}}""", "spec.resourceAttributes.fieldSelector.requirements[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
    [InlineData("""{"user":"a"}""", "spec.resourceAttributes: Invalid value: \"null\": exactly one of nonResourceAttributes or resourceAttributes must be specified")]
    [InlineData("""{"resourceAttributes":{}}""", "spec.user: Invalid value: \"\": at least one of user or group must be specified")]
    public async Task A_review_that_is_wrong_is_refused_with_all_that_is(string spec, string message)
    {
        await using var server = await TestServer.StartAsync();
        var refused = await server.PostAsync(Reviews, $$"""{"spec":{{spec}}}""");
        Assert.Equal(422, refused.Code);
        Assert.Equal("SubjectAccessReview.authorization.k8s.io \"\" is invalid: " + message, refused.Message);
    }

    [Fact]
    public async Task A_review_within_a_namespace_is_about_this_namespace()
    {
        const string Local = "/apis/authorization.k8s.io/v1/namespaces/default/localsubjectaccessreviews";
        await using var server = await TestServer.StartAsync();
        Assert.Equal(201, (await server.PostAsync(Local, """{"metadata":{"namespace":"default"},"spec":{"user":"a","resourceAttributes":{"namespace":"default","verb":"get","resource":"pods"}}}""")).Code);
        var other = await server.PostAsync(Local, """{"metadata":{"namespace":"default"},"spec":{"user":"a","resourceAttributes":{"namespace":"other","verb":"get","resource":"pods"}}}""");
        Assert.EndsWith("spec.resourceAttributes.namespace: Invalid value: \"other\": must match metadata.namespace", other.Message, StringComparison.Ordinal);
        Assert.Equal(422, (await server.PostAsync(Local, """{"metadata":{"namespace":"default"},"spec":{"user":"a","nonResourceAttributes":{"path":"/","verb":"get"}}}""")).Code);
    }

    [Fact]
    public async Task Selectors_reach_the_authorizer_from_reviews_requests_and_expressions()
    {
        var asked = new Recorder();
        await using var server = await TestServer.StartAsync(configure: options => options with { Authorizer = asked });
        await server.PostAsync("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", """{"spec":{"resourceAttributes":{"verb":"list","resource":"reviewed","labelSelector":{"requirements":[{"key":"a","operator":"In","values":["x","y"]}]}}}}""");
        await server.GetAsync("/api/v1/pods?labelSelector=app%3Dweb&fieldSelector=spec.nodeName%3Done");
        await server.PostAsync("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies", """
            {"metadata":{"name":"p"},"spec":{"matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["*"],"resources":["configmaps"]}]},
             "validations":[{"expression":"authorizer.group('').resource('expressed').fieldSelector('a=b').labelSelector('c,d!=e').check('list').allowed() && authorizer.group('').resource('expressed').fieldSelector('=').labelSelector('&').check('watch').allowed()"}]}}
            """);
        await server.PostAsync("/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings", """{"metadata":{"name":"b"},"spec":{"policyName":"p","validationActions":["Deny"]}}""");
        Assert.Equal(201, (await server.CreateMapAsync("m")).Code);
        Assert.Equal(["list reviewed  a in (x,y)", "list pods spec.nodeName=one app=web", "list expressed a=b c,d!=e", "watch expressed = "], asked.Selected());
    }

    private sealed class Recorder : IAuthorizer
    {
        private readonly List<RequestInfo> _asked = [];

        public ValueTask<Decision> AuthorizeAsync(UserInfo user, RequestInfo request, CancellationToken cancel)
        {
            lock (_asked) _asked.Add(request);
            return new(new Decision(true, ""));
        }

        public List<string> Selected()
        {
            lock (_asked) return [.. _asked.Where(info => info.Resource is "reviewed" or "pods" or "expressed").Select(info => $"{info.Verb} {info.Resource} {info.Selector} {info.Labels}")];
        }
    }
}
