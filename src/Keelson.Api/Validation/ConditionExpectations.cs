using System.Text.RegularExpressions;
using Keelson.Api.Meta.V1;
using Keelson.Api.Names;

namespace Keelson.Api.Validation;

/// <summary>Checks of conditions in the form that all newer kinds share.</summary>
internal static partial class ConditionExpectations
{
    private const int MaximumReasonBytes = 1024;
    private const int MaximumMessageBytes = 32 * 1024;
    private const string ReasonPattern = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?";

    private static readonly string ReasonMessage = NameMessage.Pattern(
        "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'",
        ReasonPattern, "my_name", "MY_NAME", "MyName", "ReasonA,ReasonB", "ReasonA:ReasonB");

    public static void ExpectConditions(this FieldErrors errors, string field, ApiList<Condition> conditions)
    {
        var types = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < conditions.Count; i++)
        {
            var condition = conditions[i];
            using var scope = errors.In(field, i);
            if (!types.Add(condition.Type)) errors.Duplicate("type", condition.Type);
            errors.ExpectLabelKey("type", condition.Type);
            errors.ExpectKnown("status", condition.Status, ConditionStatus.False, ConditionStatus.True, ConditionStatus.Unknown);
            if (condition.ObservedGeneration < 0) errors.Invalid("observedGeneration", condition.ObservedGeneration, "must be greater than or equal to zero");
            if (condition.LastTransitionTime.IsZero) errors.Required("lastTransitionTime", "must be set");
            if (condition.Reason.Length == 0) errors.Required("reason", "must be set");
            else
            {
                if (!Reason().IsMatch(condition.Reason)) errors.Invalid("reason", condition.Reason, ReasonMessage);
                if (NameMessage.IsLonger(condition.Reason, MaximumReasonBytes)) errors.TooLong("reason", MaximumReasonBytes);
            }

            if (NameMessage.IsLonger(condition.Message, MaximumMessageBytes)) errors.TooLong("message", MaximumMessageBytes);
        }
    }

    [GeneratedRegex($@"^{ReasonPattern}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Reason();
}
