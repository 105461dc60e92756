using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MultiPanel.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Sizes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "disks",
                table: "vms",
                type: "TEXT",
                maxLength: 4000,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "sockets",
                table: "vms",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "disks",
                table: "templates",
                type: "TEXT",
                maxLength: 4000,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "sockets",
                table: "templates",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "changed",
                table: "audit_entries",
                type: "TEXT",
                maxLength: 1000,
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "disks",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "sockets",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "disks",
                table: "templates");

            migrationBuilder.DropColumn(
                name: "sockets",
                table: "templates");

            migrationBuilder.DropColumn(
                name: "changed",
                table: "audit_entries");
        }
    }
}
