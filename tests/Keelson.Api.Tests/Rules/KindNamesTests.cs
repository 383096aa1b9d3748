using Keelson.Api.Validation;

namespace Keelson.Api.Tests.Rules;

public sealed class KindNamesTests
{
    [Theory]
    [InlineData("", "Namespace", "a.b", false)]
    [InlineData("", "Namespace", "a-b", true)]
    [InlineData("", "Service", "1-web", true)]
    [InlineData("", "Pod", "a.b", true)]
    [InlineData("", "Pod", "A", false)]
    [InlineData("rbac.authorization.k8s.io", "ClusterRole", "system:node", true)]
    [InlineData("rbac.authorization.k8s.io", "Role", "a/b", false)]
    [InlineData("certificates.k8s.io", "CertificateSigningRequest", "What You Like", true)]
    [InlineData("certificates.k8s.io", "ClusterTrustBundle", "example.com:a:b", true)]
    [InlineData("networking.k8s.io", "IPAddress", "10.0.0.1", true)]
    [InlineData("networking.k8s.io", "IPAddress", "10.0.0.01", false)]
    public void A_kind_has_its_own_rule_for_names(string group, string kind, string name, bool isValid) =>
        Assert.Equal(isValid, KindNames.CheckOf(group, kind)(name, false).IsEmpty);

    [Fact]
    public void A_prefix_may_end_in_a_hyphen()
    {
        Assert.Empty(KindNames.CheckOf("", "Pod")("web-", true));
        Assert.NotEmpty(KindNames.CheckOf("", "Pod")("web-", false));
    }
}
