using System.Runtime.CompilerServices;
using Keelson.Api;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Cel.Objects;
using Keelson.Api.Core.V1;
using Keelson.Api.Patch.Json;
using Keelson.Api.Values;
using Keelson.Server.Access;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Server.Webhooks;

namespace Keelson.Server.Admission.Policies;

/// <summary>Changes writes as the mutating admission policies that are bound to them say.</summary>
internal sealed class MutatingPolicies(AdmissionLookup lookup, IAuthorizer authorizer, TimeProvider time) : IReinvocable
{
    private static readonly PolicyKind<MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding> Kind = new(
        "mutatingadmissionpolicies", "mutatingadmissionpolicybindings",
        policy => policy.Spec.MatchConstraints, policy => policy.Spec.FailurePolicy == FailurePolicyType.Ignore, binding => (binding.Spec.PolicyName, binding.Spec.MatchResources));

    /// <summary>Owns nothing in the end; merging needs a name.</summary>
    private const string Manager = "mutating-admission-policy";

    private readonly BoundPolicies<MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding> _bound = new(lookup, Kind);
    private readonly PolicyParameters _parameters = new(lookup);
    private readonly ConditionalWeakTable<MutatingAdmissionPolicy, CompiledPolicy> _compiled = [];

    public ValueTask<ApiObject?> MutateAsync(AdmissionRequest request, CancellationToken cancel) => RunAsync(request, again: false, cancel);

    public ValueTask<ApiObject?> MutateAgainAsync(AdmissionRequest request, CancellationToken cancel) => RunAsync(request, again: true, cancel);

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) => ValueTask.CompletedTask;

    private async ValueTask<ApiObject?> RunAsync(AdmissionRequest request, bool again, CancellationToken cancel)
    {
        if (request.Object is null || WebhookMatcher.IsExemptFromPolicies(request)) return request.Object;
        var (space, found) = await _bound.FindAsync(request, cancel).ConfigureAwait(false);
        foreach (var bound in found)
        {
            if (again && bound.Policy.Spec.ReinvocationPolicy != ReinvocationPolicyType.IfNeeded) continue;
            request = await ChangeAsync(request, _compiled.GetValue(bound.Policy, CompiledPolicy.Compile), bound, space, cancel).ConfigureAwait(false);
        }

        return request.Object;
    }

    private async ValueTask<AdmissionRequest> ChangeAsync(AdmissionRequest request, CompiledPolicy policy, BoundPolicy<MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding> bound, Namespace? space, CancellationToken cancel)
    {
        var (_, binding, shown) = bound;
        try
        {
            foreach (var parameter in await _parameters.FindAsync(policy.Parameters, binding.Spec.ParamRef, request.Name.Namespace, cancel).ConfigureAwait(false))
            {
                var input = await PolicyInput.OfAsync(request, shown, space, authorizer, cancel).ConfigureAwait(false);
                input.Params = parameter;
                foreach (var (patchType, change) in new PolicyRun(policy, input, cancel).Changes())
                {
                    var before = await AdmissionForm.ShowAsync(request, shown, request.Object!, cancel).ConfigureAwait(false);
                    var after = patchType == PatchType.JSONPatch ? Patched(before, change) : Applied(request, shown, before, change);
                    request = request with { Object = await ReadAsync(request, shown, after, cancel).ConfigureAwait(false) };
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

    private static Value Patched(MapValue before, object change)
    {
        var operations = CelDocument.ToValue(change) ?? throw new PolicyConfigurationException("the patch holds values that no document can hold");
        return JsonPatch.Parse(ValueWriter.WriteBytes(operations)).Apply(before);
    }

    private MapValue Applied(AdmissionRequest request, RegisteredResource shown, MapValue before, object change)
    {
        if (CelDocument.ToValue(change) is not MapValue configuration) throw new PolicyConfigurationException("the configuration holds values that no document can hold");
        var kind = AdmissionForm.KindOf(shown, request.Subresource);
        configuration = configuration.With("apiVersion", kind.ApiVersion).With("kind", kind.Kind);
        var live = before.Without(["metadata", "managedFields"]).With("apiVersion", kind.ApiVersion).With("kind", kind.Kind);
        var result = AdmissionForm.FieldManager(request, shown).Apply(live, configuration, Manager, force: true, time.GetUtcNow());
        if (result.Object is not { } merged) throw new PolicyConfigurationException(result.Message);

        // Who owns what is not for policies to say.
        merged = merged.Without(["metadata", "managedFields"]);
        return before["metadata", "managedFields"] is { } owners ? merged.With(["metadata", "managedFields"], owners) : merged;
    }

    private static async ValueTask<ApiObject> ReadAsync(AdmissionRequest request, RegisteredResource shown, Value made, CancellationToken cancel)
    {
        if (made is not MapValue map) throw new PolicyConfigurationException("the patch left no object");
        var before = request.Object!;
        var read = await AdmissionForm.ReadAsync(request, shown, before, map, cancel).ConfigureAwait(false);
        return read.Metadata.Name == before.Metadata.Name && read.Metadata.Namespace == before.Metadata.Namespace
            ? read
            : throw new PolicyConfigurationException("the name and the namespace of an object can not be changed");
    }
}
