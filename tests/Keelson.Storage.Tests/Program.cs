using Keelson.Storage.Tests.Faults;
using Xunit.Runner.InProc.SystemConsole;

namespace Keelson.Storage.Tests;

/// <summary>The test runner; or, where the crash tests call themselves, the process that they kill.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments) => arguments is [StoreWorker.Argument, .. var rest]
        ? await StoreWorker.RunAsync(rest)
        : await ConsoleRunner.Run(arguments);
}
