using Keelson.Api;
using Keelson.Api.Rbac.V1;
using Keelson.Server.Access.Rbac;
using Keelson.Server.Access.Rbac.Policy;
using Keelson.Server.Http;

namespace Keelson.Server.Tests.Access.Rbac;

public sealed class RuleMatchingTests
{
    private static readonly string[] Groups = ["", "apps", "*"];
    private static readonly string[] Resources = ["pods", "pods/log", "*/log", "*/scale", "deployments", "deployments/scale", "*", "pods/*"];
    private static readonly string[] Verbs = ["get", "list", "create", "*"];
    private static readonly string[] Names = ["a", "b"];
    private static readonly string[] Paths = ["/healthz", "/api", "/api/*", "*", "/healthz/*"];

    [Theory]
    [InlineData("pods", "pods", "", true)]
    [InlineData("pods", "pods", "log", false)]
    [InlineData("pods/log", "pods", "log", true)]
    [InlineData("pods/log", "pods", "", false)]
    [InlineData("*/scale", "deployments", "scale", true)]
    [InlineData("*/scale", "deployments", "status", false)]
    [InlineData("*/scale", "deployments", "", false)]
    [InlineData("*", "deployments", "scale", true)]
    [InlineData("ods/log", "pods", "log", false)]
    [InlineData("*/og", "pods", "log", false)]
    public void A_resource_is_matched_with_its_subresource(string pattern, string resource, string subresource, bool allowed)
    {
        var rule = new PolicyRule { ApiGroups = [""], Resources = [pattern], Verbs = ["get"] };
        Assert.Equal(allowed, RuleMatching.Allows(rule, Ask("get", "", resource, subresource, "")));
    }

    [Fact]
    public void A_rule_for_some_names_does_not_allow_to_list()
    {
        var rule = new PolicyRule { ApiGroups = [""], Resources = ["pods"], Verbs = ["*"], ResourceNames = ["a"] };
        Assert.True(RuleMatching.Allows(rule, Ask("get", "", "pods", "", "a")));
        Assert.False(RuleMatching.Allows(rule, Ask("get", "", "pods", "", "b")));
        Assert.False(RuleMatching.Allows(rule, Ask("list", "", "pods", "", "")));
    }

    [Fact]
    public void Random_rules_are_decided_as_a_naive_reader_of_them_does()
    {
        var random = new Random(17);
        var allowed = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var rule = RandomRule(random);
            var isResource = random.Next(4) > 0;
            var request = isResource
                ? Ask(Pick(random, ["get", "list", "create"]), Pick(random, ["", "apps"]), Pick(random, ["pods", "deployments"]), Pick(random, ["", "log", "scale"]), Pick(random, ["", "a", "b", "c"]))
                : new RequestInfo { Path = Pick(random, ["/healthz", "/api", "/api/v1", "/healthz/etcd", "/metrics"]), Verb = "get" };
            var expected = Naive(rule, request);
            if (expected) allowed++;
            Assert.True(expected == RuleMatching.Allows(rule, request), $"{rule} for {request}");
        }

        Assert.InRange(allowed, 500, 19_500);
    }

    /// <summary>What is granted without being missing must allow nothing that the holder may not do.</summary>
    [Fact]
    public void Rules_that_miss_nothing_allow_nothing_new()
    {
        var random = new Random(18);
        var covered = 0;
        for (var round = 0; round < 3_000; round++)
        {
            PolicyRule[] held = [RandomRule(random), RandomRule(random), RandomRule(random)];
            var wanted = RandomRule(random);
            if (RuleMatching.Missing(held, [wanted]).Count > 0) continue;
            covered++;
            foreach (var verb in new[] { "get", "list", "create", "odd" })
            foreach (var group in new[] { "", "apps", "odd" })
            foreach (var resource in new[] { "pods", "deployments", "odd" })
            foreach (var subresource in new[] { "", "log", "scale", "odd" })
            foreach (var name in new[] { "", "a", "b", "odd" })
            {
                var request = Ask(verb, group, resource, subresource, name);
                if (RuleMatching.Allows(wanted, request)) Assert.Contains(held, rule => RuleMatching.Allows(rule, request));
            }
        }

        Assert.True(covered > 50, $"only {covered} were covered");
    }

    [Fact]
    public void The_built_in_policy_has_what_every_cluster_has()
    {
        var all = PolicyText.BuiltIn();
        var roles = all.OfType<ClusterRole>().ToDictionary(role => role.Metadata.Name);
        Assert.Equal(all.Count, all.Select(value => (value.GetType(), value.Metadata.Namespace, value.Metadata.Name)).Distinct().Count());
        foreach (var binding in all.OfType<ClusterRoleBinding>()) Assert.Contains(binding.RoleRef.Name, roles.Keys);
        Assert.All(all, value => Assert.Equal("rbac-defaults", value.Metadata.Labels["kubernetes.io/bootstrapping"]));
        Assert.Contains(roles["admin"].Rules, rule => RuleMatching.Allows(rule, Ask("get", "", "pods", "log", "a")));
        Assert.DoesNotContain(roles["view"].Rules, rule => RuleMatching.Allows(rule, Ask("get", "", "secrets", "", "a")));
        Assert.Equal(["system:controller:job-controller"], all.OfType<ClusterRoleBinding>().Where(binding => binding.Subjects.Any(subject => subject.Name == "job-controller")).Select(binding => binding.RoleRef.Name));
    }

    // Each condition as the documentation says it, over sets of everything a pattern stands for.
    private static bool Naive(PolicyRule rule, RequestInfo request)
    {
        if (!rule.Verbs.Any(verb => verb == "*" || verb == request.Verb)) return false;
        if (!request.IsResource)
        {
            return rule.NonResourceURLs.Any(path => path == "*" || path == request.Path || (path.EndsWith('*') && request.Path.StartsWith(path[..^1], StringComparison.Ordinal)));
        }

        HashSet<string> matching = ["*", request.Subresource.Length == 0 ? request.Resource : $"{request.Resource}/{request.Subresource}"];
        if (request.Subresource.Length > 0) matching.Add($"*/{request.Subresource}");
        return rule.ApiGroups.Any(group => group == "*" || group == request.Group)
            && rule.Resources.Any(matching.Contains)
            && (rule.ResourceNames.Count == 0 || rule.ResourceNames.Any(name => name == request.Name));
    }

    private static PolicyRule RandomRule(Random random) => random.Next(5) == 0
        ? new PolicyRule { NonResourceURLs = Some(random, Paths), Verbs = Some(random, Verbs) }
        : new PolicyRule
        {
            ApiGroups = Some(random, Groups),
            Resources = Some(random, Resources),
            Verbs = Some(random, Verbs),
            ResourceNames = random.Next(3) == 0 ? Some(random, Names) : default,
        };

    private static ApiList<string> Some(Random random, string[] values) => Enumerable.Range(0, random.Next(1, 3)).Select(_ => Pick(random, values)).ToApiList();

    private static string Pick(Random random, string[] values) => values[random.Next(values.Length)];

    private static RequestInfo Ask(string verb, string group, string resource, string subresource, string name) =>
        new() { Path = "", IsResource = true, Verb = verb, Group = group, Resource = resource, Subresource = subresource, Name = name };
}
