using Keelson.Api.Meta.V1;

namespace Keelson.Server.Http;

/// <summary>A request that fails, with the status that its client is sent.</summary>
public sealed class ApiException(Status status, Exception? inner = null) : Exception(status.Message, inner)
{
    public Status Status { get; } = status;
}
