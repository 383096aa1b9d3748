using System.Collections.Concurrent;
using System.Net;
using Keelson.Node.Network;
using Keelson.Node.Runtime;
using Keelson.Node.Runtime.Containerd;
using Keelson.Node.Tests.Runtime;

namespace Keelson.Node.Tests.Network;

public sealed class ContainerdNetworkTests : NetworkTest
{
    [Fact]
    public async Task A_containerd_is_ready_with_the_configuration_and_connects_its_pods()
    {
        foreach (var program in new[] { "containerd", "runc" }) Assert.SkipWhen(Machine.TryFindProgram(program) is null, $"{program} is not installed.");
        using var directory = new TemporaryDirectory();
        await using var server = NodesServer.Start();
        var errors = new ConcurrentQueue<Exception>();
        var network = await ClusterNetwork.CreateAsync(Cluster(), Cancel);
        var nodes = await Task.WhenAll(Enumerable.Range(1, 2).Select(index => network.AddNodeAsync($"node-{index}", index, Cancel)));
        await using var supervisor = new ContainerdSupervisor(new ContainerdOptions
        {
            Directory = directory.File("c"),
            Time = TimeProvider.System,
            Random = new Random(1),
            NetworkNamespace = nodes[0].Namespace.Path,
            CniConfigurationDirectory = directory.File("node-1/cni"),
        });
        try
        {
            await supervisor.StartAsync(Cancel);
            await using var runtime = supervisor.CreateRuntime();
            Assert.False((await runtime.GetHealthAsync(Cancel)).NetworkReady);
            foreach (var node in nodes)
            {
                await server.AddAsync(node.Name, node.Address.ToString(), $"10.244.{node.Index}.0/24");
                var options = new NodeNetworkOptions { NodeName = node.Name, CniConfigurationDirectory = directory.File(node.Name + "/cni"), IpamDirectory = directory.File(node.Name + "/ipam"), Namespace = node.Namespace, OnError = errors.Enqueue };
                await server.Run(options).Network.WaitUntilReadyAsync(Cancel);
            }

            while (!(await runtime.GetHealthAsync(Cancel)).NetworkReady) await Task.Delay(20, Cancel);
            var pods = new List<IPAddress>();
            foreach (var name in new[] { "one", "two" })
            {
                var config = new SandboxConfig { Name = name, Namespace = "default", Uid = name + NewId(), PortMappings = [new PortMapping(PortProtocol.Tcp, 80, pods.Count + 7000)] };
                var sandbox = await runtime.RunSandboxAsync(config, Cancel);
                pods.Add(IPAddress.Parse((await runtime.GetSandboxAsync(sandbox, Cancel))!.Addresses[0]));
            }

            Assert.Equal(["10.244.1.2", "10.244.1.3"], pods.Select(pod => pod.ToString()));
            await UntilAsync(() => pods.TrueForAll(pod => Pings(nodes[1].Namespace, pod)));
            Assert.Empty(errors);
        }
        finally
        {
            await supervisor.DeleteAsync(CancellationToken.None);
        }
    }
}
