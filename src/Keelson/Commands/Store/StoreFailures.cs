using System.CommandLine;

namespace Keelson.Commands.Store;

/// <summary>Says in one line why a command did not do what it was asked.</summary>
internal static class StoreFailures
{
    public static async Task<int> ReportAsync(ParseResult arguments, CancellationToken cancel, Func<Task> action)
    {
        try
        {
            await action();
            return 0;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await arguments.InvocationConfiguration.Error.WriteLineAsync("stopped before it was done");
            return 1;
        }
        catch (Exception failure) when (Failures.IsExpected(failure))
        {
            await arguments.InvocationConfiguration.Error.WriteLineAsync($"keelson store {arguments.CommandResult.Command.Name}: {failure.Message}");
            return 1;
        }
    }
}
