using Keelson.Api;
using Keelson.Api.Meta.V1;
using Keelson.Client.Transport;

namespace Keelson.Client.Resources;

/// <summary>What an event of a watch tells.</summary>
public enum WatchEventType
{
    Added,
    Modified,
    Deleted,

    /// <summary>Only how far the watch is: the object has a version and nothing else.</summary>
    Bookmark,
}

/// <summary>One event of a watch: the object after the change, or its last state when it was deleted.</summary>
/// <param name="EndsInitialEvents">Whether with this bookmark all objects were sent that were there at the start.</param>
public readonly record struct WatchEvent<T>(WatchEventType Type, T Object, bool EndsInitialEvents = false)
    where T : class
{
    private const string InitialEventsEnd = "k8s.io/initial-events-end";

    /// <exception cref="ApiException">The server ends the watch with an error.</exception>
    internal static WatchEvent<T> Read(ReadOnlySpan<byte> bytes, bool isProtobuf, ObjectForm<T> form)
    {
        var frame = WatchFrame.Parse(bytes, isProtobuf);
        if (frame.Type.SequenceEqual("ADDED"u8)) return new(WatchEventType.Added, form.Decode(frame.Body, isProtobuf));
        if (frame.Type.SequenceEqual("MODIFIED"u8)) return new(WatchEventType.Modified, form.Decode(frame.Body, isProtobuf));
        if (frame.Type.SequenceEqual("DELETED"u8)) return new(WatchEventType.Deleted, form.Decode(frame.Body, isProtobuf));
        if (frame.Type.SequenceEqual("BOOKMARK"u8))
        {
            var mark = form.Decode(frame.Body, isProtobuf);
            return new(WatchEventType.Bookmark, mark, form.Annotation(mark, InitialEventsEnd) == "true");
        }

        if (!frame.Type.SequenceEqual("ERROR"u8)) throw new ApiFormatException("the watch stream holds an event of an unknown type");
        throw new ApiException(isProtobuf ? ApiProtobuf.Decode<Status>(frame.Body) : ApiJson.Decode<Status>(frame.Body));
    }
}
