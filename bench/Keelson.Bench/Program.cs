using System.CommandLine;
using Keelson.Bench;
using Keelson.Bench.Serving;
using Keelson.Bench.Testing;

var names = new Argument<string[]>("name") { Description = "Which benchmarks; none for all. A prefix such as storage/put will do.", Arity = ArgumentArity.ZeroOrMore };
var quick = new Option<bool>("--quick") { Description = "Fewer and shorter rounds, for a first look." };
var output = new Option<FileInfo?>("--output") { Description = "Also write the tables to this file." };
var folder = new Option<DirectoryInfo?>("--folder") { Description = "Where the contestants keep their data; a temporary folder by default." };

var list = new Command("list", "Lists the benchmarks.");
list.SetAction(_ =>
{
    foreach (var benchmark in Benchmarks.All) Console.WriteLine($"{benchmark.Name,-28} {benchmark.About}");
});

var start = new Command(ClusterStartBenchmark.Command, "Starts two clusters and prints how long each took.") { Hidden = true };
start.SetAction((_, cancel) => ClusterStartBenchmark.MeasureAsync(cancel));

var port = new Argument<int>("port");
var length = new Argument<int>("length");
var authority = new Argument<string>("authority");
var constant = new Command(ConstantServer.Command, "Answers every request with the same bytes.") { port, length, authority };
constant.Hidden = true;
constant.SetAction((parsed, cancel) => ConstantServer.ServeAsync(parsed.GetValue(port), parsed.GetValue(length), parsed.GetRequiredValue(authority), cancel));

var root = new RootCommand("Compares Keelson with its peers, in turn on the same machine.") { names, quick, output, folder, list, start, constant };
root.SetAction((parsed, cancel) => Benchmarks.RunAsync(
    parsed.GetValue(names) ?? [], parsed.GetValue(quick), parsed.GetValue(output), parsed.GetValue(folder), cancel));

// Interrupted, it still ends the servers that it started and removes their data.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
