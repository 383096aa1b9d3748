using System.CommandLine;

var root = new RootCommand("Keelson: a complete Kubernetes in one executable.");
return await root.Parse(args).InvokeAsync();
