using System.CommandLine;

namespace Keelson.Commands.Convert;

/// <summary>`keelson convert`: API objects from JSON, YAML or protobuf into another of the three.</summary>
internal static class ConvertCommand
{
    public static Command Create()
    {
        var output = new Option<string>("--output", "-o")
        {
            Description = "The form to write: json, yaml or protobuf.",
            Required = true,
        };
        output.AcceptOnlyFromAmong("json", "yaml", "protobuf");
        var files = new Argument<string[]>("FILE")
        {
            Description = "Files to read, each in any of the forms; - for standard input.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("convert", "Check API objects strictly against their types and write them in another form.") { output, files };
        command.SetAction((parsed, cancel) => RunAsync(
            parsed.GetValue(files)!, parsed.GetValue(output)!, Console.OpenStandardInput, Console.OpenStandardOutput(), Console.Error, cancel));
        return command;
    }

    /// <summary>Converts everything or, at the first fault, nothing more; returns the exit code.</summary>
    internal static async Task<int> RunAsync(
        IReadOnlyList<string> files, string form, Func<Stream> input, Stream output, TextWriter errors, CancellationToken cancel)
    {
        var documents = new List<Document>();
        foreach (var file in files)
        {
            try
            {
                documents.AddRange(DocumentReader.Read(await ReadAsync(file, input, cancel)));
            }
            catch (Exception fault) when (fault is DocumentException or IOException or UnauthorizedAccessException)
            {
                await errors.WriteLineAsync($"{(file == "-" ? "standard input" : file)}: {fault.Message}");
                return 1;
            }
        }

        try
        {
            await output.WriteAsync(DocumentWriter.Write(documents, form), cancel);
            await output.FlushAsync(cancel);
            return 0;
        }
        catch (DocumentException fault)
        {
            await errors.WriteLineAsync(fault.Message);
            return 1;
        }
    }

    private static async Task<byte[]> ReadAsync(string file, Func<Stream> input, CancellationToken cancel)
    {
        await using var source = file == "-" ? input() : File.OpenRead(file);
        using var memory = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = await source.ReadAsync(buffer, cancel)) > 0;)
        {
            if (memory.Length + read > DocumentReader.MaxBytes) throw new DocumentException($"larger than {DocumentReader.MaxBytes} bytes");
            memory.Write(buffer, 0, read);
        }

        return memory.ToArray();
    }
}
