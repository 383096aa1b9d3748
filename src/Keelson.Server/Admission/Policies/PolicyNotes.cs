using Keelson.Api;
using Keelson.Api.Values;

namespace Keelson.Server.Admission.Policies;

/// <summary>What policies want to have written in the audit log about one write.</summary>
internal sealed class PolicyNotes
{
    private const string FailureKey = "validation.policy.admission.k8s.io/validation_failure";

    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);
    private readonly ListBuilder _failures = new();

    /// <summary>What a policy's annotations say; the same key with several parameters has all their values.</summary>
    public void Add(string policy, List<(string Key, string Value)> annotations)
    {
        foreach (var (key, value) in annotations)
        {
            var name = $"{policy}/{key}";
            if (!_values.TryGetValue(name, out var values)) _values[name] = values = [];
            if (!values.Contains(value)) values.Add(value);
        }
    }

    /// <summary>A failure that is to be noted, whatever else becomes of it.</summary>
    public void Add(string policy, string binding, ApiList<string> actions, PolicyDenial denial)
    {
        var shown = new ListBuilder(actions.Count);
        foreach (var action in actions) shown.Add(action);
        _failures.Add(new MapBuilder()
            .Set("message", denial.Message).Set("policy", policy).Set("binding", binding).Set("expressionIndex", denial.Validation).Set("validationActions", shown.Build())
            .Build());
    }

    public void Write(AdmissionRequest request)
    {
        if (request.Annotate is not { } annotate) return;
        foreach (var (key, values) in _values) annotate(key, string.Join(", ", values));
        var failures = _failures.Build();
        if (failures.Count > 0) annotate(FailureKey, failures.ToString());
    }
}
