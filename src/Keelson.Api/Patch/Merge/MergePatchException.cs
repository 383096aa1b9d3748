namespace Keelson.Api.Patch.Merge;

/// <summary>A merge patch can't be read or made. The message is the one that tools know from upstream.</summary>
public sealed class MergePatchException(string message) : Exception(message);
