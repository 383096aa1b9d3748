using System.Globalization;
using Keelson.Api;
using Keelson.Api.Meta.V1;

namespace Keelson.Client.Streaming.RemoteCommand;

/// <summary>How a remote command ended, as the Status that protocol v4 carries.</summary>
public static class RemoteStatus
{
    public const string NonZeroExitCode = "NonZeroExitCode";
    public const string ExitCodeCause = "ExitCode";

    public static Status Success { get; } = new() { StatusValue = "Success" };

    /// <summary>The status of a command that ended with this code.</summary>
    public static Status OfExitCode(int code) => code == 0 ? Success : new Status
    {
        StatusValue = "Failure",
        Reason = NonZeroExitCode,
        Message = string.Create(CultureInfo.InvariantCulture, $"command terminated with non-zero exit code: exit status {code}"),
        Details = new StatusDetails { Causes = [new StatusCause { Reason = ExitCodeCause, Message = code.ToString(CultureInfo.InvariantCulture) }] },
    };

    /// <summary>The status of a command that could not be run to its end.</summary>
    public static Status OfFailure(string message) => new()
    {
        StatusValue = "Failure",
        Reason = StatusReason.InternalError,
        Code = 500,
        Message = "Internal error occurred: " + message,
        Details = new StatusDetails { Causes = [new StatusCause { Message = message }] },
    };

    public static bool IsSuccess(this Status status) => status?.StatusValue == "Success";

    /// <summary>The command's exit code; null where the status tells of another failure.</summary>
    public static int? ExitCode(this Status status)
    {
        ArgumentNullException.ThrowIfNull(status);
        if (status.IsSuccess()) return 0;
        if (status.Reason != NonZeroExitCode || status.Details is not { } details) return null;
        foreach (var cause in details.Causes)
        {
            if (cause.Reason == ExitCodeCause && int.TryParse(cause.Message, NumberStyles.Integer, CultureInfo.InvariantCulture, out var code)) return code;
        }

        return null;
    }

    /// <summary>Reads what came on an error stream: a Status in v4 and later, else a text where something went wrong.</summary>
    internal static Status Read(ReadOnlySpan<byte> data, string protocol)
    {
        if (data.IsEmpty) return Success;
        var text = System.Text.Encoding.UTF8.GetString(data);
        if (!StreamProtocols.HasStatus(protocol)) return OfFailure(text.Trim());
        try
        {
            return ApiJson.Decode<Status>(data);
        }
        catch (Exception broken) when (broken is ApiFormatException or System.Text.Json.JsonException)
        {
            return OfFailure($"error stream protocol error: {broken.Message}: {text}");
        }
    }
}
