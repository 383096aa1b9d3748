using System.Globalization;
using Keelson.Api;
using Keelson.Api.ApiExtensions.V1;
using Keelson.Api.Json;
using Keelson.Api.Meta.V1;
using Keelson.Api.Values;
using Keelson.Server.Http;
using Keelson.Server.Objects;
using Keelson.Server.Webhooks;

namespace Keelson.Server.CustomResources;

/// <summary>Has a webhook convert objects. It may change what it likes but for the metadata: of that only labels and annotations.</summary>
internal sealed class WebhookConverter(WebhookClient client, WebhookTarget target, string reviewVersion, Func<string> newUid) : IObjectConverter
{
    /// <summary>How many objects are sent at once; default 256.</summary>
    private const int BatchSize = 256;

    /// <summary>How long the answer may be; default 64 MiB.</summary>
    private const int MaxAnswerBytes = 64 * 1024 * 1024;

    /// <summary>How long an answer may take; default 30 seconds, as upstream.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private static readonly string[] Steady = ["name", "namespace", "uid"];

    public async Task<IReadOnlyList<MapValue>> ConvertAsync(IReadOnlyList<MapValue> objects, string apiVersion, CancellationToken cancel)
    {
        var converted = new List<MapValue>(objects.Count);
        foreach (var batch in objects.Chunk(BatchSize)) converted.AddRange(await AskAsync(batch, apiVersion, cancel).ConfigureAwait(false));
        return converted;
    }

    private async Task<IReadOnlyList<MapValue>> AskAsync(MapValue[] objects, string apiVersion, CancellationToken cancel)
    {
        var about = $"{objects[0]["apiVersion"]?.AsText()}, Kind={objects[0]["kind"]?.AsText()}";
        var uid = newUid();
        var review = new ConversionReview
        {
            ApiVersion = reviewVersion,
            Kind = "ConversionReview",
            Request = new ConversionRequest
            {
                Uid = uid,
                DesiredAPIVersion = apiVersion,
                Objects = objects.Select(item => RawJson.Wrap(ValueWriter.WriteBytes(item))).ToApiList(),
            },
        };
        ConversionReview answer;
        try
        {
            answer = ApiJson.Decode<ConversionReview>(await client.AskAsync(target, ApiJson.Encode(review), Timeout, MaxAnswerBytes, cancel).ConfigureAwait(false), new DecodeReport());
        }
        catch (Exception failure) when (failure is WebhookException or ApiFormatException or JsonFormatException)
        {
            throw Failed($"conversion webhook for {about} failed: {failure.Message}");
        }

        if (answer.Response is not { } response) throw Failed($"conversion webhook for {about} failed: no response provided");
        if (response.Uid != uid) throw Failed($"conversion webhook for {about} failed: expected response.uid=\"{uid}\", got \"{response.Uid}\"");
        if (response.Result.StatusValue != "Success")
        {
            throw Failed($"conversion webhook for {about} failed: {(response.Result.Message.Length > 0 ? response.Result.Message : "response.result.status was '" + response.Result.StatusValue + "', not 'Success'")}");
        }

        return Read(about, objects, apiVersion, response.ConvertedObjects);
    }

    private static List<MapValue> Read(string about, MapValue[] objects, string apiVersion, ApiList<RawJson> answers)
    {
        if (answers.Count != objects.Length)
        {
            throw Failed(string.Create(CultureInfo.InvariantCulture, $"conversion webhook for {about} returned {answers.Count} objects, expected {objects.Length}"));
        }

        var read = new List<MapValue>(objects.Length);
        for (var i = 0; i < objects.Length; i++)
        {
            var converted = ReadOne(answers[i]) ?? throw Failed($"conversion webhook for {about} returned invalid converted object at index {i}: it is no object");
            if (converted["apiVersion"]?.AsText() is var got && got != apiVersion)
            {
                throw Failed($"conversion webhook for {about} returned invalid converted object at index {i}: invalid groupVersion (expected {apiVersion}, received {got})");
            }

            if (converted["kind"]?.AsText() != objects[i]["kind"]?.AsText())
            {
                throw Failed($"conversion webhook for {about} returned invalid converted object at index {i}: invalid kind (expected {objects[i]["kind"]?.AsText()}, received {converted["kind"]?.AsText()})");
            }

            read.Add(WithMetadata(about, objects[i], converted));
        }

        return read;
    }

    private static MapValue? ReadOne(RawJson answer)
    {
        try
        {
            return ValueReader.Read(answer.Span, ObjectLimits.Trusted) as MapValue;
        }
        catch (JsonFormatException)
        {
            return null;
        }
    }

    private static MapValue WithMetadata(string about, MapValue original, MapValue converted)
    {
        if (converted["metadata"] is not MapValue after || original["metadata"] is not MapValue before) throw Failed($"conversion webhook for {about} returned invalid metadata: invalid metadata of type {converted["metadata"]?.GetType().Name ?? "nil"} in input object");
        foreach (var field in Steady)
        {
            var (was, now) = (before[field]?.AsText() ?? "", after[field]?.AsText() ?? "");
            if (was != now) throw Failed($"conversion webhook for {about} returned invalid metadata: {field} was changed from \"{was}\" to \"{now}\"");
        }

        var kept = before;
        foreach (var field in new[] { "labels", "annotations" }) kept = after[field] is MapValue { Count: > 0 } changed ? kept.With(field, changed) : kept.Without(field);
        return converted.With("metadata", kept);
    }

    // Without a reason, as upstream tells it: what went wrong is not the client's.
    private static ApiException Failed(string message) => new(new Status { ApiVersion = "v1", Kind = "Status", StatusValue = "Failure", Code = 500, Message = message });
}
