using System.Runtime.CompilerServices;
using Keelson.Api.AdmissionRegistration.V1;
using Keelson.Api.Meta.V1;
using Keelson.Server.Access;
using Keelson.Server.Http;
using Keelson.Server.Webhooks;

namespace Keelson.Server.Admission.Policies;

/// <summary>Holds every write against the validating admission policies that are bound to it.</summary>
internal sealed class ValidatingPolicies(AdmissionLookup lookup, IAuthorizer authorizer) : IAdmissionPlugin
{
    private static readonly PolicyKind<ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding> Kind = new(
        "validatingadmissionpolicies", "validatingadmissionpolicybindings",
        policy => policy.Spec.MatchConstraints, policy => policy.Spec.FailurePolicy == FailurePolicyType.Ignore, binding => (binding.Spec.PolicyName, binding.Spec.MatchResources));

    private readonly BoundPolicies<ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding> _bound = new(lookup, Kind);
    private readonly PolicyParameters _parameters = new(lookup);

    /// <summary>Policies are immutable objects that the cache shares, so that each version is compiled once and forgotten with it.</summary>
    private readonly ConditionalWeakTable<ValidatingAdmissionPolicy, CompiledPolicy> _compiled = [];

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        // What says which policies there are is in nobody's way.
        if (WebhookMatcher.IsExemptFromPolicies(request)) return;
        var (space, found) = await _bound.FindAsync(request, cancel).ConfigureAwait(false);
        if (found.Count == 0) return;
        var notes = new PolicyNotes();
        try
        {
            foreach (var (policy, binding, shown) in found)
            {
                var input = await PolicyInput.OfAsync(request, shown, space, authorizer, cancel).ConfigureAwait(false);
                await HoldAsync(request, _compiled.GetValue(policy, CompiledPolicy.Compile), binding, input, notes, cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            notes.Write(request);
        }
    }

    private async ValueTask HoldAsync(AdmissionRequest request, CompiledPolicy policy, ValidatingAdmissionPolicyBinding binding, PolicyInput input, PolicyNotes notes, CancellationToken cancel)
    {
        IReadOnlyList<object?> parameters;
        try
        {
            parameters = await _parameters.FindAsync(policy.Parameters, binding.Spec.ParamRef, request.Name.Namespace, cancel).ConfigureAwait(false);
        }
        catch (PolicyConfigurationException broken)
        {
            if (policy.IgnoresFailure) return;
            throw Denied(request, policy, binding, new PolicyDenial(0, $"failed to configure binding: {broken.Message}", null));
        }

        var (name, actions) = (binding.Metadata.Name, binding.Spec.ValidationActions);
        foreach (var parameter in parameters)
        {
            input.Params = parameter;
            var run = new PolicyRun(policy, input, cancel);
            var denials = run.Decide();
            if (run.IsAbout) notes.Add(policy.Name, run.Annotate(denials));
            if (denials.Count == 0) continue;
            foreach (var denial in denials)
            {
                if (actions.Contains(ValidationAction.Warn)) request.Warn?.Invoke($"Validation failed for ValidatingAdmissionPolicy '{policy.Name}' with binding '{name}': {denial.Message}");
                if (actions.Contains(ValidationAction.Audit)) notes.Add(policy.Name, name, actions, denial);
            }

            if (actions.Contains(ValidationAction.Deny)) throw Denied(request, policy, binding, denials[0]);
        }
    }

    private static ApiException Denied(AdmissionRequest request, CompiledPolicy policy, ValidatingAdmissionPolicyBinding binding, PolicyDenial denial)
    {
        var message = $"ValidatingAdmissionPolicy '{policy.Name}' with binding '{binding.Metadata.Name}' denied request: {denial.Message}";
        var refused = request.Forbid(message).Status;
        var reason = denial.Reason ?? StatusReason.Invalid;
        return new ApiException(refused with
        {
            Reason = reason,
            Code = reason switch
            {
                StatusReason.Unauthorized => 401,
                StatusReason.Forbidden => 403,
                StatusReason.RequestEntityTooLarge => 413,
                _ => 422,
            },
            Details = refused.Details! with { Causes = [new StatusCause { Message = message }] },
        });
    }
}
