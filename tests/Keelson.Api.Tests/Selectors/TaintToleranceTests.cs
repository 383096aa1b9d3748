using Keelson.Api.Core.V1;
using Keelson.Api.Selectors;

namespace Keelson.Api.Tests.Selectors;

public sealed class TaintToleranceTests
{
    private static readonly Taint Five = new() { Key = "size", Value = "5", Effect = TaintEffect.NoSchedule };

    [Theory]
    [InlineData("size", "", "5", "", true)]
    [InlineData("size", TolerationOperator.Equal, "5", TaintEffect.NoSchedule, true)]
    [InlineData("size", TolerationOperator.Equal, "6", "", false)]
    [InlineData("size", TolerationOperator.Equal, "5", TaintEffect.NoExecute, false)]
    [InlineData("size", TolerationOperator.Exists, "", "", true)]
    [InlineData("", TolerationOperator.Exists, "", "", true)]
    [InlineData("", TolerationOperator.Exists, "", TaintEffect.NoExecute, false)]
    [InlineData("other", TolerationOperator.Exists, "", "", false)]
    [InlineData("", TolerationOperator.Equal, "5", "", false)]
    [InlineData("size", TolerationOperator.Gt, "4", "", false)]
    [InlineData("size", TolerationOperator.Lt, "6", "", false)]
    public void A_toleration_is_for_taints_of_its_key_value_and_effect(string key, string wanted, string value, string effect, bool tolerates) =>
        Assert.Equal(tolerates, TaintTolerance.Tolerates(new Toleration { Key = key, Operator = wanted, Value = value, Effect = effect }, Five));

    [Fact]
    public void Each_taint_with_one_of_the_effects_needs_a_toleration()
    {
        ApiList<Taint> taints = [Five, new Taint { Key = "gone", Effect = TaintEffect.NoExecute }];
        ApiList<Toleration> tolerations = [new Toleration { Key = "gone", Operator = TolerationOperator.Exists }];
        Assert.True(TaintTolerance.ToleratesAll(tolerations, taints, TaintEffect.NoExecute));
        Assert.False(TaintTolerance.ToleratesAll(tolerations, taints, TaintEffect.NoExecute, TaintEffect.NoSchedule));
        Assert.False(TaintTolerance.ToleratesAll(tolerations, taints));
    }
}
