using System.Globalization;
using Keelson.Client;

namespace Keelson.Cluster;

/// <summary>The log of a cluster's process: one line for each thing that a person should know.</summary>
internal sealed class ClusterLog(TextWriter output, TimeProvider time)
{
    private readonly Lock _lock = new();

    public void Write(string part, string text)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {part}: {text}");
        lock (_lock)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }

    /// <summary>Notes a failure of a part that goes on by itself.</summary>
    public void Report(string part, Exception failure)
    {
        // Others write too: what was overtaken is tried again and is nobody's concern.
        if (failure is ApiException { IsConflict: true } or ApiException { IsNotFound: true } or OperationCanceledException) return;
        Write(part, failure.Message);
    }
}
