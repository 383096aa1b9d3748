using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Server.Http;
using Keelson.Server.Objects;

namespace Keelson.Server.Verbs;

/// <summary>Tells how the store is, in the old form that "kubectl get componentstatuses" asks for. Of other components this server knows nothing.</summary>
internal sealed class ComponentHandler(ServerContext server) : IVerbHandler
{
    private const string Store = "etcd-0";

    public async ValueTask HandleAsync(ApiRequest request)
    {
        switch (request.Info.Verb)
        {
            case "list":
                await Answers.ListAsync(request, [Look()], ListMeta.Empty, server.Now).ConfigureAwait(false);
                return;
            case "get" when request.Info.Name == Store:
                await Answers.ObjectAsync(request, 200, Look(), server.Now).ConfigureAwait(false);
                return;
            case "get":
                throw Failures.NotFound(request.Resource, request.Info.Name);
            default:
                throw Failures.MethodNotAllowed();
        }
    }

    private UnstoredObject Look()
    {
        var fault = server.Feed.Fault;
        return new UnstoredObject(new TypedObject(new ComponentStatus
        {
            ApiVersion = "v1",
            Kind = "ComponentStatus",
            Metadata = new ObjectMeta { Name = Store },
            Conditions =
            [
                new ComponentCondition
                {
                    Type = ComponentConditionType.Healthy,
                    Status = fault is null ? ConditionStatus.True : ConditionStatus.False,
                    Message = fault is null ? "ok" : "",
                    Error = fault ?? "",
                },
            ],
        }));
    }
}
