using Keelson.Node.Runtime.Containerd.Protos;
using Keelson.Rpc;

namespace Keelson.Node.Runtime.Containerd;

/// <summary>What Keelson calls of containerd's own API, beside CRI.</summary>
internal static class ContainerdMethods
{
    /// <summary>Where containerd's CRI side keeps everything.</summary>
    public const string Namespace = "k8s.io";

    public static readonly RpcMethod<ContentInfoRequest, ContentInfoResponse> ContentInfo = new("/containerd.services.content.v1.Content/Info") { IsRepeatable = true };
    public static readonly RpcMethod<UpdateContentRequest, UpdateContentResponse> UpdateContent = new("/containerd.services.content.v1.Content/Update") { IsRepeatable = true };
    public static readonly RpcMethod<WriteContentRequest, WriteContentResponse> WriteContent = new("/containerd.services.content.v1.Content/Write", RpcShape.Duplex);
    public static readonly RpcMethod<CreateImageRequest, CreateImageResponse> CreateImage = new("/containerd.services.images.v1.Images/Create");
    public static readonly RpcMethod<UpdateImageRequest, UpdateImageResponse> UpdateImage = new("/containerd.services.images.v1.Images/Update") { IsRepeatable = true };
    public static readonly RpcMethod<CreateLeaseRequest, CreateLeaseResponse> CreateLease = new("/containerd.services.leases.v1.Leases/Create");
    public static readonly RpcMethod<DeleteLeaseRequest, Nothing> DeleteLease = new("/containerd.services.leases.v1.Leases/Delete") { IsRepeatable = true };
    public static readonly RpcMethod<SubscribeRequest, Envelope> Subscribe = new("/containerd.services.events.v1.Events/Subscribe", RpcShape.ServerStream);
}
