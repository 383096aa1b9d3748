using Keelson.Api;

namespace Keelson.Commands.Convert;

/// <summary>One object that was read.</summary>
internal sealed record Document(IKind Value);

/// <summary>Input that is refused, in words for its author.</summary>
internal sealed class DocumentException(string message, Exception? inner = null) : Exception(message, inner);
