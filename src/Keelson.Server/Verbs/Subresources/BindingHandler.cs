using Keelson.Api;
using Keelson.Api.Core.V1;
using Keelson.Api.Meta.V1;
using Keelson.Server.Cache;
using Keelson.Server.Http;
using Keelson.Server.Objects;

namespace Keelson.Server.Verbs.Subresources;

/// <summary>Assigns a pod to a node, once.</summary>
internal sealed class BindingHandler(ServerContext server, Updating updating) : IVerbHandler
{
    public async ValueTask HandleAsync(ApiRequest request)
    {
        var binding = await RequestBody.ReadKindAsync<Binding>(request.Http.Request, request.Cancel).ConfigureAwait(false) ?? throw Failures.BadRequest("a binding is expected");
        if (binding.Metadata.Name.Length > 0 && binding.Metadata.Name != request.Info.Name) throw Failures.BadRequest("name in URL does not match name in Binding object");
        if (binding.Target.Kind is not ("" or "Node")) throw Wrong(request, MetadataRules.Invalid("target.kind", binding.Target.Kind, "must be Node"));
        if (binding.Target.Name.Length == 0) throw Wrong(request, new StatusCause { Reason = CauseType.FieldValueRequired, Field = "target.name", Message = "Required value" });
        var current = await server.Objects.GetAsync(request.Resource, request.Name, request.Cancel).ConfigureAwait(false)
            ?? throw Failures.NotFound(request.Resource, request.Info.Name);
        await updating.RunAsync(request, current, live => Bind(request, live, binding), tracked: false, request.Options.DryRun).ConfigureAwait(false);
        await Answers.KindAsync(request, 201, new Status { ApiVersion = "v1", Kind = "Status", StatusValue = "Success", Code = 201 }).ConfigureAwait(false);
    }

    private TypedObject Bind(ApiRequest request, CachedObject live, Binding binding)
    {
        var pod = (Pod)live.Object.Typed!;
        if (pod.Metadata.DeletionTimestamp is not null) throw Refused(request, $"pod {pod.Metadata.Name} is being deleted, cannot be assigned to a host");
        if (pod.Spec.NodeName.Length > 0) throw Refused(request, $"pod {pod.Metadata.Name} is already assigned to node \"{pod.Spec.NodeName}\"");
        if (!pod.Spec.SchedulingGates.IsEmpty) throw Refused(request, $"pod {pod.Metadata.Name} has non-empty .spec.schedulingGates");
        var condition = new PodCondition { Type = PodConditionType.PodScheduled, Status = "True", LastTransitionTime = Time.FromDateTimeOffset(server.Now) };
        return new TypedObject(pod with
        {
            Metadata = pod.Metadata with
            {
                Uid = binding.Metadata.Uid.Length > 0 ? binding.Metadata.Uid : pod.Metadata.Uid,
                ResourceVersion = binding.Metadata.ResourceVersion,
                Annotations = pod.Metadata.Annotations.WithAll(binding.Metadata.Annotations),
                Labels = pod.Metadata.Labels.WithAll(binding.Metadata.Labels),
            },
            Spec = pod.Spec with { NodeName = binding.Target.Name },
            Status = pod.Status with { Conditions = pod.Status.Conditions.RemoveAll(known => known.Type == condition.Type).Add(condition) },
        });
    }

    private static ApiException Refused(ApiRequest request, string why) => Failures.Conflict(
        request.Resource, request.Info.Name, why);

    private static ApiException Wrong(ApiRequest request, StatusCause cause) => Failures.Invalid("", "Binding", request.Info.Name, [cause]);
}
