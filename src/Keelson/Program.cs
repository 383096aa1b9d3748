using System.CommandLine;
using Keelson;
using Keelson.Commands;

// Before there are threads, which would have made native heaps already.
MemoryRelief.BoundNativeHeaps();
var root = new RootCommand("Keelson: a complete Kubernetes in one executable.");
foreach (var command in CommandList.Create()) root.Subcommands.Add(command);

// A server that is told to stop finishes what it has begun.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
