using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Node.Kubelet.Serving;

namespace Keelson.Node.Tests.Kubelet.Serving;

public sealed class LogChoiceTests
{
    [Theory]
    [InlineData("0r", "running", false, "0")]
    [InlineData("1r 0x", "running", false, "1")]
    [InlineData("1r 0x", "running", true, "0")]
    [InlineData("2c 1x 0x", "waiting", false, "1")]
    [InlineData("2c 1x 0x", "waiting", true, "1")]
    [InlineData("1x 0x", "waiting", true, "1")]
    [InlineData("1x 0x", "terminated", true, "0")]
    [InlineData("1x", "terminated", false, "1")]
    [InlineData("1x", "terminated", true, "previous terminated container \"c\" in pod \"p\" not found")]
    [InlineData("", "waiting", false, "container \"c\" in pod \"p\" is waiting to start: ContainerCreating")]
    [InlineData("0c", "waiting", false, "container \"c\" in pod \"p\" is waiting to start: ContainerCreating")]
    [InlineData("", "terminated", false, "container \"c\" in pod \"p\" is terminated")]
    [InlineData("", "none", false, "container \"c\" in pod \"p\" is not available")]
    public void The_log_of_the_right_run_is_chosen(string runs, string state, bool previous, string expected)
    {
        var status = new Api.Core.V1.ContainerStatus
        {
            Name = "c",
            State = state switch
            {
                "running" => new() { Running = new() },
                "waiting" => new() { Waiting = new() { Reason = "ContainerCreating" } },
                _ => new() { Terminated = new() },
            },
        };
        var pod = new Pod
        {
            Metadata = new ObjectMeta { Name = "p" },
            Status = new PodStatus { ContainerStatuses = state == "none" ? [] : [status] },
        };
        List<Node.Runtime.ContainerStatus> known =
        [
            .. runs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(run => new Node.Runtime.ContainerStatus
            {
                Id = run[..1],
                Name = "c",
                State = run[1] switch { 'r' => Node.Runtime.ContainerState.Running, 'x' => Node.Runtime.ContainerState.Exited, _ => Node.Runtime.ContainerState.Created },
            }),
        ];
        Assert.Equal(expected, Choose());

        string Choose()
        {
            try
            {
                return LogChoice.Choose(pod, "c", known, previous).Id;
            }
            catch (Refusal refusal)
            {
                Assert.Equal(400, refusal.Code);
                return refusal.Message;
            }
        }
    }
}
