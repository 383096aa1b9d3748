namespace Keelson.Server.Tests.Access.Rbac;

/// <summary>Roles and bindings come and go by chance, and reviews are compared with an evaluator that looks at all of them each time.</summary>
public sealed class RandomPolicyTests
{
    private const string Rbac = "/apis/rbac.authorization.k8s.io/v1";

    private static readonly string[] Spaces = ["default", "kube-public"];
    private static readonly string[] Verbs = ["get", "list", "patch"];
    private static readonly string[] Resources = ["pods", "secrets", "pods/log"];
    private static readonly (string Kind, string Name, string Space)[] Subjects =
        [("User", "ann", ""), ("User", "bob", ""), ("Group", "devs", ""), ("Group", "ops", ""), ("ServiceAccount", "robot", "default")];
    private static readonly (string User, string[] Groups)[] Users =
        [("ann", []), ("bob", ["devs"]), ("eve", ["ops", "devs"]), ("robot", []), ("system:serviceaccount:default:robot", ["ops"])];

    private readonly Random _random = new(2026);
    private readonly Dictionary<(string Space, string Name), (string Verb, string Resource)> _roles = [];
    private readonly Dictionary<(string Space, string Name), (string RoleSpace, string Role, (string Kind, string Name, string Space) Subject)> _bindings = [];

    [Fact]
    public async Task Reviews_agree_with_a_naive_evaluator_while_roles_and_bindings_change()
    {
        await using var server = await TestServer.StartAsync();
        var allowed = 0;
        var asked = 0;
        for (var step = 0; step < 120; step++)
        {
            await ChangeAsync(server);
            for (var question = 0; question < 8; question++, asked++)
            {
                var (user, groups) = Pick(Users);
                var (space, verb, resource) = (Pick(["", .. Spaces]), Pick(Verbs), Pick(Resources));
                var expected = Naive(user, groups, space, verb, resource);
                if (expected) allowed++;
                Assert.True(expected == await AskAsync(server, user, groups, space, verb, resource), $"step {step}: {user} {verb} {resource} in '{space}'");
            }
        }

        Assert.InRange(allowed, asked / 50, asked - (asked / 50));
    }

    private async Task ChangeAsync(TestServer server)
    {
        var space = Pick(["", .. Spaces]);
        var name = $"r{_random.Next(4)}";
        var path = space.Length == 0 ? $"{Rbac}/cluster" : $"{Rbac}/namespaces/{space}/";
        if (_random.Next(2) == 0)
        {
            if (_roles.Remove((space, name))) Assert.Equal(200, (await server.DeleteAsync($"{path}roles/{name}")).Code);
            var (verb, resource) = (Pick([.. Verbs, "*"]), Pick([.. Resources, "*"]));
            Expect(await server.PostAsync($"{path}roles", $$"""{"metadata":{"name":"{{name}}"},"rules":[{"apiGroups":[""],"resources":["{{resource}}"],"verbs":["{{verb}}"]}]}"""));
            _roles[(space, name)] = (verb, resource);
            return;
        }

        if (_bindings.Remove((space, name)))
        {
            Assert.Equal(200, (await server.DeleteAsync($"{path}rolebindings/{name}")).Code);
            return;
        }

        var subject = Pick(Subjects);
        var isCluster = space.Length == 0 || _random.Next(2) == 0;
        var role = $"r{_random.Next(4)}";
        var subjectSpace = subject.Space.Length == 0 ? "" : $$""","namespace":"{{subject.Space}}" """;
        Expect(await server.PostAsync($"{path}rolebindings", $$"""
            {"metadata":{"name":"{{name}}"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"{{(isCluster ? "ClusterRole" : "Role")}}","name":"{{role}}"},
             "subjects":[{"kind":"{{subject.Kind}}","name":"{{subject.Name}}"{{subjectSpace}}}]}
            """));
        _bindings[(space, name)] = (isCluster ? "" : space, role, subject);
    }

    private bool Naive(string user, string[] groups, string space, string verb, string resource)
    {
        foreach (var (place, binding) in _bindings)
        {
            if (place.Space.Length > 0 && place.Space != space) continue;
            var concerns = binding.Subject.Kind switch
            {
                "User" => binding.Subject.Name == user,
                "Group" => groups.Contains(binding.Subject.Name),
                _ => user == $"system:serviceaccount:{binding.Subject.Space}:{binding.Subject.Name}",
            };
            if (!concerns || !_roles.TryGetValue((binding.RoleSpace, binding.Role), out var rule)) continue;
            if ((rule.Verb == "*" || rule.Verb == verb) && (rule.Resource == "*" || rule.Resource == resource)) return true;
        }

        return false;
    }

    private static async Task<bool> AskAsync(TestServer server, string user, string[] groups, string space, string verb, string resource)
    {
        var parts = resource.Split('/');
        var answer = await server.PostAsync("/apis/authorization.k8s.io/v1/subjectaccessreviews", $$$"""
            {"spec":{"user":"{{{user}}}","groups":[{{{string.Join(',', groups.Select(group => $"\"{group}\""))}}}],
             "resourceAttributes":{"namespace":"{{{space}}}","verb":"{{{verb}}}","resource":"{{{parts[0]}}}","subresource":"{{{(parts.Length > 1 ? parts[1] : "")}}}"} } }
            """);
        Expect(answer);
        return answer.Json["status", "allowed"]!.AsBool() == true;
    }

    private static void Expect(Answer answer) => Assert.True(answer.Code == 201, answer.Text);

    private T Pick<T>(IReadOnlyList<T> values) => values[_random.Next(values.Count)];
}
