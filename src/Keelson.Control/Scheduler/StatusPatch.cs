using System.Buffers;
using System.Text.Json;
using Keelson.Api.Core.V1;
using Keelson.Client.Resources;

namespace Keelson.Control.Scheduler;

/// <summary>The patch with which a pod's status tells how scheduling goes.</summary>
internal static class StatusPatch
{
    /// <param name="uid">Only the pod of this uid is meant.</param>
    /// <param name="nominated">The node for which room is made; null leaves it, empty clears it.</param>
    public static PatchBody Of(string uid, PodCondition condition, string? nominated)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("metadata");
            json.WriteString("uid", uid);
            json.WriteEndObject();
            json.WriteStartObject("status");
            json.WriteStartArray("conditions");
            json.WriteStartObject();
            json.WriteString("type", condition.Type);
            json.WriteString("status", condition.Status);
            json.WriteString("reason", condition.Reason);
            json.WriteString("message", condition.Message);
            json.WriteString("lastTransitionTime", condition.LastTransitionTime.ToString());
            if (condition.ObservedGeneration > 0) json.WriteNumber("observedGeneration", condition.ObservedGeneration);
            json.WriteEndObject();
            json.WriteEndArray();
            if (nominated is not null) WriteNominated(json, nominated);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return PatchBody.Strategic(buffer.WrittenMemory);
    }

    private static void WriteNominated(Utf8JsonWriter json, string node)
    {
        if (node.Length == 0) json.WriteNull("nominatedNodeName");
        else json.WriteString("nominatedNodeName", node);
    }
}
