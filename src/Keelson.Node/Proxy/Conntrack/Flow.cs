using System.Net;

namespace Keelson.Node.Proxy.Conntrack;

/// <summary>A flow of packets that the kernel remembers: where its first packet went, and who really answers.</summary>
/// <param name="Tuple">The kernel's own form of the flow's first direction, by which it is found again.</param>
internal readonly record struct Flow(byte Protocol, IPAddress Source, int SourcePort, IPAddress Target, int TargetPort, EndpointAddress Answerer, ReadOnlyMemory<byte> Tuple);
