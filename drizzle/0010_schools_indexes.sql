-- Lists of schools in their order, with everything that they can be filtered by: whatever the filters are, counting and paging read this
-- alone. drizzle-kit can't declare the columns that an index holds besides those that it sorts by.
CREATE INDEX "primary_schools_list" ON "primary_schools" ("band1_rate" DESC NULLS LAST, "name_en" COLLATE "C", "school_no" COLLATE "C")
  INCLUDE ("category", "region", "district", "school_net", "gender", "religion", "teaching_language", "searched_names", "application_start", "application_end");--> statement-breakpoint
CREATE INDEX "secondary_schools_list" ON "secondary_schools" ("school_group" COLLATE "C" ASC NULLS LAST, "name_en" COLLATE "C", "school_no" COLLATE "C")
  INCLUDE ("category", "region", "district", "gender", "religion", "searched_names", "application_start", "application_end");--> statement-breakpoint
SELECT capture_changes('primary_schools', subject => 'school_no');--> statement-breakpoint
SELECT capture_changes('secondary_schools', subject => 'school_no');
