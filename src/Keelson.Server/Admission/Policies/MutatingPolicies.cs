using System.Runtime.CompilerServices;
using Keelson.Api;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Cel.Objects;
using Keelson.Api.Core.V1;
using Keelson.Api.Json;
using Keelson.Api.Patch.Json;
using Keelson.Api.Values;
using Keelson.Server.Access;
using Keelson.Server.Objects;
using Keelson.Server.Webhooks;

namespace Keelson.Server.Admission.Policies;

/// <summary>Changes writes as the mutating admission policies that are bound to them say.</summary>
internal sealed class MutatingPolicies(AdmissionLookup lookup, IAuthorizer authorizer, TimeProvider time) : IReinvocable
{
    private const string Group = "admissionregistration.k8s.io";

    /// <summary>Owns nothing in the end; merging needs a name.</summary>
    private const string Manager = "mutating-admission-policy";

    private readonly PolicyMatcher _matcher = new(lookup);
    private readonly PolicyParameters _parameters = new(lookup);
    private readonly ConditionalWeakTable<MutatingAdmissionPolicy, CompiledPolicy> _compiled = [];

    public ValueTask<ApiObject?> MutateAsync(AdmissionRequest request, CancellationToken cancel) => RunAsync(request, again: false, cancel);

    public ValueTask<ApiObject?> MutateAgainAsync(AdmissionRequest request, CancellationToken cancel) => RunAsync(request, again: true, cancel);

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) => ValueTask.CompletedTask;

    private async ValueTask<ApiObject?> RunAsync(AdmissionRequest request, bool again, CancellationToken cancel)
    {
        if (request.Object is null || WebhookMatcher.IsExempt(request)) return request.Object;
        var bindings = (await lookup.ListAsync<MutatingAdmissionPolicyBinding>(Group, "mutatingadmissionpolicybindings", "", cancel).ConfigureAwait(false)).ToList();
        if (bindings.Count == 0) return request.Object;
        var space = request.Name.Namespace.Length == 0 || request.Resource.Kind is { Group: "", Kind: "Namespace" }
            ? null
            : await lookup.FindAsync<Namespace>("", "namespaces", "", request.Name.Namespace, cancel).ConfigureAwait(false);
        foreach (var policy in await lookup.ListAsync<MutatingAdmissionPolicy>(Group, "mutatingadmissionpolicies", "", cancel).ConfigureAwait(false))
        {
            if (again && policy.Spec.ReinvocationPolicy != ReinvocationPolicyType.IfNeeded) continue;
            if (policy.Spec.MatchConstraints is not { } constraints || _matcher.Match(constraints, request, space) is null) continue;
            foreach (var binding in bindings)
            {
                if (binding.Spec.PolicyName != policy.Metadata.Name) continue;
                if (binding.Spec.MatchResources is { } narrower && _matcher.Match(narrower, request, space) is null) continue;
                request = await ChangeAsync(request, _compiled.GetValue(policy, CompiledPolicy.Compile), binding, space, cancel).ConfigureAwait(false);
            }
        }

        return request.Object;
    }

    private async ValueTask<AdmissionRequest> ChangeAsync(AdmissionRequest request, CompiledPolicy policy, MutatingAdmissionPolicyBinding binding, Namespace? space, CancellationToken cancel)
    {
        try
        {
            foreach (var parameter in await _parameters.FindAsync(policy.Parameters, binding.Spec.ParamRef, request.Name.Namespace, cancel).ConfigureAwait(false))
            {
                var input = await PolicyInput.OfAsync(request, request.Resource, space, authorizer, cancel).ConfigureAwait(false);
                input.Params = parameter;
                foreach (var (patchType, change) in new PolicyRun(policy, input, cancel).Changes())
                {
                    request = request with { Object = patchType == PatchType.JSONPatch ? Patched(request, change) : Applied(request, change) };
                }
            }

            return request;
        }
        catch (Exception broken) when (broken is PolicyConfigurationException or JsonPatchException or ApiFormatException or FormatException)
        {
            // A change that fails leaves what the changes before it made of the object.
            if (policy.IgnoresFailure) return request;
            throw request.Forbid($"MutatingAdmissionPolicy '{policy.Name}' with binding '{binding.Metadata.Name}' denied request: {broken.Message}");
        }
    }

    private static ApiObject Patched(AdmissionRequest request, object change)
    {
        var operations = CelDocument.ToValue(change) ?? throw new PolicyConfigurationException("the patch holds values that no document can hold");
        return Read(request, JsonPatch.Parse(ValueWriter.WriteBytes(operations)).Apply(request.Object!.ToValue()));
    }

    private ApiObject Applied(AdmissionRequest request, object change)
    {
        if (CelDocument.ToValue(change) is not MapValue configuration) throw new PolicyConfigurationException("the configuration holds values that no document can hold");
        var (resource, value) = (request.Resource, request.Object!.ToValue());
        var live = value.Without(["metadata", "managedFields"]);
        configuration = configuration.With("apiVersion", resource.Kind.ApiVersion).With("kind", resource.Kind.Kind);
        var result = resource.FieldManager(request.Subresource).Apply(live, configuration, Manager, force: true, time.GetUtcNow());
        if (result.Object is not { } merged) throw new PolicyConfigurationException(result.Message);

        // Who owns what is not for policies to say.
        merged = merged.Without(["metadata", "managedFields"]);
        return Read(request, value["metadata", "managedFields"] is { } owners ? merged.With(["metadata", "managedFields"], owners) : merged);
    }

    private static ApiObject Read(AdmissionRequest request, Value made)
    {
        if (made is not MapValue map) throw new PolicyConfigurationException("the patch left no object");
        var read = request.Resource.ReadValue(map, new DecodeReport());
        if (read.Metadata.Name != request.Object!.Metadata.Name || read.Metadata.Namespace != request.Object.Metadata.Namespace)
        {
            throw new PolicyConfigurationException("the name and the namespace of an object can not be changed");
        }

        return request.Resource.Strategy.Default(read);
    }
}
