using System.Globalization;
using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Api.Selectors;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Http;

/// <summary>What a request's query says; a value that makes no sense is a bad request.</summary>
public sealed class QueryOptions(IQueryCollection query)
{
    public IQueryCollection Raw => query;

    public bool Watch => query.ContainsKey("watch") && Flag("watch");

    public long Limit => Number("limit") ?? 0;

    public string Continue => Text("continue");

    public string ResourceVersion => Text("resourceVersion");

    public string ResourceVersionMatch => Text("resourceVersionMatch");

    public bool AllowWatchBookmarks => Flag("allowWatchBookmarks");

    public bool? SendInitialEvents => query.ContainsKey("sendInitialEvents") ? Flag("sendInitialEvents") : null;

    public long? TimeoutSeconds => Number("timeoutSeconds");

    public string FieldManager => Text("fieldManager");

    public bool Force => Flag("force");

    public string IncludeObject => Text("includeObject");

    public bool Pretty => query.TryGetValue("pretty", out var values) && RequestInfo.Flag(values.ToString());

    /// <summary>Whether nothing is to be kept; any other value than All is refused.</summary>
    public bool DryRun => CheckDryRun(query["dryRun"].Where(value => !string.IsNullOrEmpty(value)).Select(value => value!));

    /// <summary>What becomes of fields that the kind does not have: Ignore, Warn or Strict.</summary>
    public string FieldValidation
    {
        get
        {
            var value = Text("fieldValidation");
            return value switch
            {
                "" => "Warn",
                "Ignore" or "Warn" or "Strict" => value,
                _ => throw Failures.Invalid("meta.k8s.io", "CreateOptions", "", [Unsupported("fieldValidation", value, "\"Ignore\", \"Strict\", \"Warn\"")]),
            };
        }
    }

    public LabelQuery LabelSelector
    {
        get
        {
            var text = Text("labelSelector");
            if (text.Length == 0) return LabelQuery.Everything;
            return LabelQuery.TryParse(text, out var selector, out var error) ? selector : throw Failures.BadRequest(error);
        }
    }

    public FieldQuery FieldSelector
    {
        get
        {
            var text = Text("fieldSelector");
            if (text.Length == 0) return FieldQuery.Everything;
            return FieldQuery.TryParse(text, out var selector, out var error) ? selector : throw Failures.BadRequest(error);
        }
    }

    /// <summary>The options of a deletion as far as the query has them.</summary>
    public DeleteOptions Delete => new()
    {
        GracePeriodSeconds = Number("gracePeriodSeconds"),
        OrphanDependents = query.ContainsKey("orphanDependents") ? Flag("orphanDependents") : null,
        IgnoreStoreReadErrorWithClusterBreakingPotential = Flag(Verbs.DamagedDeletion.Option) ? true : null,
        PropagationPolicy = query.ContainsKey("propagationPolicy") ? Text("propagationPolicy") : null,
        DryRun = query["dryRun"].Where(value => !string.IsNullOrEmpty(value)).Select(value => value!).ToApiList(),
    };

    /// <summary>Whether a dry run is asked for, or the bad request that another value is.</summary>
    public static bool CheckDryRun(IEnumerable<string> values)
    {
        var dryRun = false;
        foreach (var value in values)
        {
            if (value != "All") throw Failures.Invalid("meta.k8s.io", "CreateOptions", "", [Unsupported("dryRun", value, "\"All\"")]);
            dryRun = true;
        }

        return dryRun;
    }

    public string Text(string name) => query.TryGetValue(name, out var values) ? values[0] ?? "" : "";

    private static StatusCause Unsupported(string field, string value, string supported) => new()
    {
        Reason = CauseType.FieldValueNotSupported,
        Field = field,
        Message = $"Unsupported value: \"{value}\": supported values: {supported}",
    };

    public bool Flag(string name) => query.TryGetValue(name, out var values) && RequestInfo.Flag(values.ToString());

    public long? Number(string name)
    {
        var text = Text(name);
        if (text.Length == 0) return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Failures.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
    }
}
