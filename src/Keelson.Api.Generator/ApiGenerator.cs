using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Keelson.Api.Generator;

/// <summary>From each declared API type: its codecs, its schema and its entry in the catalog.</summary>
[Generator]
public sealed class ApiGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var types = context.SyntaxProvider.ForAttributeWithMetadataName("Keelson.Api.ApiTypeAttribute", static (node, _) => node is TypeDeclarationSyntax, Generate);
        var kinds = context.SyntaxProvider.ForAttributeWithMetadataName("Keelson.Api.KindAttribute", static (node, _) => node is TypeDeclarationSyntax, Generate);
        var resources = context.SyntaxProvider.ForAttributeWithMetadataName("Keelson.Api.ResourceAttribute", static (node, _) => node is TypeDeclarationSyntax, Generate);
        foreach (var provider in new[] { types, kinds, resources })
        {
            context.RegisterSourceOutput(provider, static (output, generated) => output.AddSource(generated.File, generated.Source));
        }

        var entries = kinds.Collect().Combine(resources.Collect()).Select(static (both, _) =>
            string.Concat(both.Left.Concat(both.Right).Select(generated => generated.Entries).OrderBy(entry => entry, System.StringComparer.Ordinal)));
        context.RegisterSourceOutput(entries, static (output, text) =>
        {
            if (text.Length > 0) output.AddSource("Catalog.g.cs", CatalogEmitter.Write([text]));
        });
    }

    // What leaves this step is text, which compares by value: a type that did not change is not written again.
    private static Generated Generate(GeneratorAttributeSyntaxContext context, System.Threading.CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var model = DeclarationReader.Read((INamedTypeSymbol)context.TargetSymbol);
        return new Generated($"{model.Namespace}.{model.Name}.g.cs", TypeEmitter.Write(model), CatalogEmitter.Entries(model));
    }

    private readonly record struct Generated(string File, string Source, string Entries);
}
