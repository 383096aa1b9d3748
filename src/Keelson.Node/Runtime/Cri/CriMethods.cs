using Keelson.Node.Runtime.Cri.Protos;
using Keelson.Rpc;

namespace Keelson.Node.Runtime.Cri;

/// <summary>The methods of CRI v1 that Keelson calls.</summary>
internal static class CriMethods
{
    private const string RuntimeService = "/runtime.v1.RuntimeService/";
    private const string ImageService = "/runtime.v1.ImageService/";

    public static readonly RpcMethod<VersionRequest, VersionResponse> Version = new(RuntimeService + "Version") { IsRepeatable = true };
    public static readonly RpcMethod<StatusRequest, StatusResponse> Status = new(RuntimeService + "Status") { IsRepeatable = true };
    public static readonly RpcMethod<RuntimeConfigRequest, RuntimeConfigResponse> RuntimeConfig = new(RuntimeService + "RuntimeConfig") { IsRepeatable = true };
    public static readonly RpcMethod<UpdateRuntimeConfigRequest, UpdateRuntimeConfigResponse> UpdateRuntimeConfig = new(RuntimeService + "UpdateRuntimeConfig") { IsRepeatable = true };

    public static readonly RpcMethod<RunPodSandboxRequest, RunPodSandboxResponse> RunPodSandbox = new(RuntimeService + "RunPodSandbox");
    public static readonly RpcMethod<StopPodSandboxRequest, StopPodSandboxResponse> StopPodSandbox = new(RuntimeService + "StopPodSandbox") { IsRepeatable = true };
    public static readonly RpcMethod<RemovePodSandboxRequest, RemovePodSandboxResponse> RemovePodSandbox = new(RuntimeService + "RemovePodSandbox") { IsRepeatable = true };
    public static readonly RpcMethod<PodSandboxStatusRequest, PodSandboxStatusResponse> PodSandboxStatus = new(RuntimeService + "PodSandboxStatus") { IsRepeatable = true };
    public static readonly RpcMethod<ListPodSandboxRequest, ListPodSandboxResponse> ListPodSandbox = new(RuntimeService + "ListPodSandbox") { IsRepeatable = true };

    public static readonly RpcMethod<CreateContainerRequest, CreateContainerResponse> CreateContainer = new(RuntimeService + "CreateContainer");
    public static readonly RpcMethod<StartContainerRequest, StartContainerResponse> StartContainer = new(RuntimeService + "StartContainer");
    public static readonly RpcMethod<StopContainerRequest, StopContainerResponse> StopContainer = new(RuntimeService + "StopContainer") { IsRepeatable = true };
    public static readonly RpcMethod<RemoveContainerRequest, RemoveContainerResponse> RemoveContainer = new(RuntimeService + "RemoveContainer") { IsRepeatable = true };
    public static readonly RpcMethod<ListContainersRequest, ListContainersResponse> ListContainers = new(RuntimeService + "ListContainers") { IsRepeatable = true };
    public static readonly RpcMethod<ContainerStatusRequest, ContainerStatusResponse> ContainerStatus = new(RuntimeService + "ContainerStatus") { IsRepeatable = true };
    public static readonly RpcMethod<UpdateContainerResourcesRequest, UpdateContainerResourcesResponse> UpdateContainerResources = new(RuntimeService + "UpdateContainerResources") { IsRepeatable = true };
    public static readonly RpcMethod<ReopenContainerLogRequest, ReopenContainerLogResponse> ReopenContainerLog = new(RuntimeService + "ReopenContainerLog") { IsRepeatable = true };
    public static readonly RpcMethod<ContainerStatsRequest, ContainerStatsResponse> ContainerStats = new(RuntimeService + "ContainerStats") { IsRepeatable = true };
    public static readonly RpcMethod<ListContainerStatsRequest, ListContainerStatsResponse> ListContainerStats = new(RuntimeService + "ListContainerStats") { IsRepeatable = true };

    public static readonly RpcMethod<ExecSyncRequest, ExecSyncResponse> ExecSync = new(RuntimeService + "ExecSync");
    public static readonly RpcMethod<ExecRequest, ExecResponse> Exec = new(RuntimeService + "Exec");
    public static readonly RpcMethod<AttachRequest, AttachResponse> Attach = new(RuntimeService + "Attach");
    public static readonly RpcMethod<PortForwardRequest, PortForwardResponse> PortForward = new(RuntimeService + "PortForward");

    public static readonly RpcMethod<GetEventsRequest, ContainerEventResponse> GetContainerEvents = new(RuntimeService + "GetContainerEvents", RpcShape.ServerStream);

    public static readonly RpcMethod<ListImagesRequest, ListImagesResponse> ListImages = new(ImageService + "ListImages") { IsRepeatable = true };
    public static readonly RpcMethod<ImageStatusRequest, ImageStatusResponse> ImageStatus = new(ImageService + "ImageStatus") { IsRepeatable = true };
    public static readonly RpcMethod<PullImageRequest, PullImageResponse> PullImage = new(ImageService + "PullImage") { IsRepeatable = true };
    public static readonly RpcMethod<RemoveImageRequest, RemoveImageResponse> RemoveImage = new(ImageService + "RemoveImage") { IsRepeatable = true };
    public static readonly RpcMethod<ImageFsInfoRequest, ImageFsInfoResponse> ImageFsInfo = new(ImageService + "ImageFsInfo") { IsRepeatable = true };
}
