using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace MultiPanel.Data;

/// <summary>Writes new rows of one table in one statement. SaveChanges would read back each key that the database gives.</summary>
public static class RowInsert
{
    /// <param name="db">Does not track the rows; keys that the database gives stay unknown.</param>
    /// <param name="rows">Of one type; at most as many as the database takes parameters for: 65,535 on MySQL, 32,766 on SQLite.</param>
    public static async Task InsertAsync<T>(this PanelDb db, IReadOnlyList<T> rows, CancellationToken cancellation) where T : class
    {
        if (rows.Count == 0)
        {
            return;
        }

        var entity = db.Model.FindEntityType(typeof(T))!;
        var table = StoreObjectIdentifier.Table(entity.GetTableName()!);
        IReadOnlyList<IProperty> columns = [.. entity.GetProperties().Where(property => !IsCounted(property))];
        var sql = db.GetService<ISqlGenerationHelper>();
        using var factory = db.Database.GetDbConnection().CreateCommand();
        var parameters = new List<object>();
        var text = new StringBuilder("INSERT INTO ").Append(sql.DelimitIdentifier(table.Name)).Append(" (")
            .AppendJoin(", ", columns.Select(column => sql.DelimitIdentifier(column.GetColumnName(table)!))).Append(") VALUES ")
            .AppendJoin(", ", rows.Select(row => $"({string.Join(", ", columns.Select(column => Parameter(column, row)))})"));
        await db.Database.ExecuteSqlRawAsync(text.ToString(), parameters, cancellation);

        string Parameter(IProperty column, T row)
        {
            var name = sql.GenerateParameterName(string.Create(CultureInfo.InvariantCulture, $"p{parameters.Count}"));
            parameters.Add(column.GetRelationalTypeMapping().CreateParameter(factory, name, column.GetGetter().GetClrValue(row), column.IsNullable));
            return name;
        }
    }

    /// <summary>A key that the database counts up; other generated keys are given by the row.</summary>
    private static bool IsCounted(IProperty property) =>
        property.IsPrimaryKey() && property.ValueGenerated == ValueGenerated.OnAdd && (property.ClrType == typeof(int) || property.ClrType == typeof(long));
}
