using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Keelson.Node.Kubelet.Serving.Logs;

/// <summary>Which part of a log is wanted, and how.</summary>
internal sealed record LogQuery
{
    public bool Follow { get; init; }

    public bool Previous { get; init; }

    public bool Timestamps { get; init; }

    public DateTimeOffset? Since { get; init; }

    public long? TailLines { get; init; }

    public long? LimitBytes { get; init; }

    /// <summary>One stream alone: "stdout" or "stderr"; null for both.</summary>
    public string? Stream { get; init; }

    /// <exception cref="Refusal">The query makes no sense.</exception>
    public static LogQuery Read(IQueryCollection query, DateTimeOffset now)
    {
        var tail = Text("tailLines") == "all" ? null : Number("tailLines", 0);
        var (seconds, since) = (Number("sinceSeconds", 1), Text("sinceTime"));
        if (seconds is not null && since.Length > 0) throw new Refusal(422, "at most one of `sinceTime` or `sinceSeconds` may be specified");
        DateTimeOffset? from = seconds is { } ago ? now - TimeSpan.FromSeconds(Math.Min(ago, (now - DateTimeOffset.UnixEpoch).TotalSeconds)) : null;
        if (since.Length > 0)
        {
            from = DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
                ? moment
                : throw new Refusal(400, $"parsing time \"{since}\": it is not of RFC 3339");
        }

        return new LogQuery
        {
            Follow = Flag("follow"),
            Previous = Flag("previous"),
            Timestamps = Flag("timestamps"),
            Since = from,
            TailLines = tail,
            LimitBytes = Number("limitBytes", 1),
            Stream = Text("stream") switch
            {
                "" or "All" => null,
                "Stdout" => "stdout",
                "Stderr" => "stderr",
                var other => throw new Refusal(422, $"stream: Unsupported value: \"{other}\": supported values: \"All\", \"Stderr\", \"Stdout\""),
            },
        };

        string Text(string name) => query.TryGetValue(name, out var values) ? values[0] ?? "" : "";

        bool Flag(string name) => query.ContainsKey(name) && Text(name) is not ("false" or "0" or "False" or "FALSE" or "f" or "F");

        long? Number(string name, long least)
        {
            if (Text(name) is not { Length: > 0 } text) return null;
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) throw new Refusal(400, $"strconv.ParseInt: parsing \"{text}\": invalid syntax");
            return number >= least ? number : throw new Refusal(422, $"{name}: Invalid value: {number}: must be greater than {(least == 0 ? "or equal to 0" : "0")}");
        }
    }
}
