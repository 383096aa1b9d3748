using System.CommandLine;
using Keelson.Commands.Store;

namespace Keelson.Commands;

/// <summary>The commands, one line each, in the order in which help shows them.</summary>
internal static class CommandList
{
    public static IEnumerable<Command> Create() =>
    [
        StoreCommand.Create(),
    ];
}
